"""Collect every text of the mall into the catalogues of its areas, say what is left to translate, compile."""

from collections import defaultdict

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kmall import translations
from kmall.translations import AREAS, LOCALES


class Command(BaseCommand):
    help = "Collect texts into locale/<area>/<language>/, then compile."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing; fail if anything is left")
        parser.add_argument("--prune", action="store_true", help="forget translations of texts that are gone")
        parser.add_argument("--missing", action="store_true", help="list each untranslated text")

    def handle(self, *, check, prune, missing, **options):
        base = settings.BASE_DIR
        said = translations.texts(base)
        faults = []
        for area in AREAS:
            for locale in LOCALES:
                path = translations.path_of(base, area, locale)
                catalog = translations.merged(said[area], translations.read(path, locale), locale)
                text = translations.written(catalog, with_obsolete=not prune)
                before = path.read_text(encoding="utf-8") if path.exists() else ""
                if check and text != before:
                    faults.append(f"{path.relative_to(base)} is out of date: run make messages")
                elif text != before:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text, encoding="utf-8")
                faults += self.left_to_do(catalog, area, locale, one_by_one=check or missing)
        faults += disagreements(base)
        if faults and check:
            raise CommandError("\n".join(faults))
        for fault in faults:
            self.stdout.write(fault)
        self.stdout.write(f"{translations.compile_catalogues(base)} catalogues compiled")

    def left_to_do(self, catalog, area, locale, *, one_by_one):
        empty = [message for message in catalog if message.id and not is_translated(message)]
        if empty and not one_by_one:
            return [f"{area} {locale}: {len(empty)} of {len(catalog)} texts are not translated"]
        return [f"{area} {locale}: not translated: {message.id!r}" for message in empty]


def is_translated(message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings) and not message.fuzzy


def disagreements(base) -> list[str]:
    """Texts that two areas translate differently: Django would show one of the two everywhere."""
    faults = []
    for locale in LOCALES:
        meanings = defaultdict(dict)
        for area in AREAS:
            for message in translations.read(translations.path_of(base, area, locale), locale):
                if message.id and is_translated(message):
                    meanings[message.id, message.context][area] = str(message.string)
        faults += [
            f"{locale}: {id!r} is {by_area}: make them one, or tell them apart with pgettext"
            for (id, _), by_area in meanings.items()
            if len(set(by_area.values())) > 1
        ]
    return faults
