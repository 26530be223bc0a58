"""What was saved at a form of the desk, in the reader's words.

Django keeps what was changed as the form named it in English ("Batch size"), and looks for that later in the
catalogues. These have the name as the model says it ("batch size"), or with a context, so it finds nothing.
"""

import json

from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kmall.languages import listed


def told(entry, names: dict[str, str]) -> str:
    """A `LogEntry` in words. `names`: as `names_of` its model's admin class."""
    try:
        parts = json.loads(entry.change_message)
    except ValueError:
        return entry.get_change_message()
    said = [_part(deed, about, names) for part in parts for deed, about in part.items()]
    return " · ".join(said) or _("Saved unchanged")


def names_of(model_admin) -> dict[str, str]:
    """How the form and the rows below it name their fields and themselves, by the English name."""
    found = {}
    for shown in (model_admin, *model_admin.inlines):
        meta = shown.model._meta
        words = [meta.verbose_name, *(field.verbose_name for field in meta.fields + meta.many_to_many)]
        words += [box.label for box in shown.form.base_fields.values() if box.label]
        with translation.override(None):
            english = [str(word) for word in words]
        found |= {key: str(word) for key, word in zip(map(capfirst, english), words, strict=True)}
    return found


def _part(deed: str, about: dict, names: dict[str, str]) -> str:
    """One thing of it: of the row itself, or with a `name` of a row below it."""
    fields = listed(_named(field, names) for field in about.get("fields", ()))
    row = {"name": _named(about.get("name", ""), names), "object": about.get("object", ""), "fields": fields}
    words = {
        ("added", False): _("Entered"),
        ("added", True): _("%(name)s added: %(object)s"),
        ("changed", False): _("Changed: %(fields)s"),
        ("changed", True): _("%(name)s %(object)s changed: %(fields)s"),
        ("deleted", True): _("%(name)s removed: %(object)s"),
    }
    return words[deed, "name" in about] % row


def _named(english: str, names: dict[str, str]) -> str:
    """A label that is none of the form's any more is looked for as Django would."""
    return names.get(capfirst(english)) or (_(english) if english else "")
