"""Catalogues of translations, one pair for each area; read, merged and compiled without gettext's programs.

An area is a folder in `locale/` that one team can own. Django merges them; see
docs/decisions/0007-translation-areas.md.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, extract, mofile, pofile
from django.utils.translation.template import templatize

AREAS = ("kmall", "catalog", "orders", "partners", "desk")
LOCALES = ("ko", "zh_Hans")
_PACKAGES = ("kmall", "catalog", "orders", "partners")
_NOT_READ = {"demo", "sandbox", "migrations", "tests", "__pycache__"}
# What the admin alone shows: its own modules and templates, and the names of models, fields and apps.
_OF_THE_DESK = {"admin", "models", "reports"}
_DESK_FILES = {"apps.py", "admin.py", "admin_site.py", "desk.py", "approve.py", "diff.py", "completeness.py"}
_DESK_FILES |= {"wording.py", "proposal.py"}
_KEYWORDS = extract.DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_HEAD = (
    'msgid ""\nmsgstr ""\n"Language: {locale}\\n"\n"MIME-Version: 1.0\\n"\n'
    '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)


def path_of(base: Path, area: str, locale: str) -> Path:
    return base / "locale" / area / locale / "LC_MESSAGES" / "django.po"


def area_of(source: Path) -> str:
    """Which area a source file (relative to the project) speaks for."""
    folders = source.parts[:-1]
    if source.name in _DESK_FILES or _OF_THE_DESK & set(folders) or "templatetags/desk" in str(source):
        return "desk"
    owner = folders[1] if folders[0] == "templates" and len(folders) > 1 else folders[0]
    return owner if owner in AREAS else "kmall"


def sources(base: Path) -> Iterator[Path]:
    """Every module and template that may hold text, relative to the project, in a fixed order."""
    for folder, pattern in [*((name, "*.py") for name in _PACKAGES), ("templates", "*.*")]:
        for path in sorted((base / folder).rglob(pattern)):
            relative = path.relative_to(base)
            if path.is_file() and not _NOT_READ & set(relative.parts):
                yield relative


def texts(base: Path) -> dict[str, Catalog]:
    """What the sources say now: a catalogue without translations for each area."""
    found = {area: Catalog() for area in AREAS}
    for source in sources(base):
        text = (base / source).read_text(encoding="utf-8")
        if source.parts[0] == "templates":
            # Babel reads Python: what is left of a template are calls between words of X.
            text = "\n".join(line.strip() for line in templatize(text, origin=str(source)).splitlines())
        stream = io.BytesIO(text.encode())
        options = {"encoding": "utf-8"}
        for _, message, comments, context in extract.extract(
            "python", stream, _KEYWORDS, ["Translators:"], options
        ):
            found[area_of(source)].add(
                message, locations=[(str(source), 1)], auto_comments=comments, context=context
            )
    return found


def read(path: Path, locale: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=locale)
    with path.open("rb") as file:
        return pofile.read_po(file, locale=locale, charset="utf-8")


def merged(template: Catalog, old: Catalog, locale: str) -> Catalog:
    """The texts of `template` with the translations of `old`; what is no longer said becomes obsolete.

    Nothing is guessed from similar texts: a new text is empty until somebody translates it.
    """
    new = Catalog(locale=locale)
    for message in template:
        if not message.id:
            continue
        key = old._key_for(message.id, message.context)
        known = old.get(message.id, message.context) or old.obsolete.get(key)
        new.add(
            message.id,
            known.string if known and bool(known.pluralizable) == bool(message.pluralizable) else None,
            locations=message.locations,
            flags=known.flags if known else (),
            auto_comments=message.auto_comments,
            user_comments=known.user_comments if known else (),
            context=message.context,
        )
    left = [message for message in [*old, *old.obsolete.values()] if message.id]
    for message in left:
        if message.string and new.get(message.id, message.context) is None:
            new.obsolete[new._key_for(message.id, message.context)] = message
    return new


def written(catalog: Catalog, *, with_obsolete: bool) -> str:
    """The text of a .po file: no dates and no line numbers, so that two branches merge."""
    out = io.BytesIO()
    pofile.write_po(
        out, catalog, omit_header=True, sort_output=True, include_lineno=False,
        ignore_obsolete=not with_obsolete, width=100,
    )  # fmt: skip
    return _HEAD.format(locale=catalog.locale) + out.getvalue().decode()


def compile_catalogues(base: Path) -> int:
    """Write the .mo beside every .po that is newer. Returns how many were written."""
    count = 0
    for po in sorted((base / "locale").glob("*/*/LC_MESSAGES/django.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
            continue
        started_at = po.stat().st_mtime_ns
        draft = mo.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as file:
            mofile.write_mo(file, read(po, po.parts[-3]))
        os.utime(draft, ns=(started_at, started_at))
        draft.replace(mo)
        count += 1
    return count
