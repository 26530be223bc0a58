"""`manage.py demo`: load the demo mall into an empty database."""

import time
from decimal import Decimal, InvalidOperation

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from kmall import demo

FULL_WITHOUT_PICTURES = 100


class Command(BaseCommand):
    help = "Load the demo mall, a year of its life and a login for each kind of user, into an empty database."

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=24, help="another seed, another mall")
        parser.add_argument("--scale", default="1", help="0.01 to 100; 1 is 800 sellers and 8,000 products")
        parser.add_argument("--no-pictures", action="store_true", help="leave the pictures out")
        parser.add_argument(
            "--if-empty", action="store_true", help="load nothing when the database is in use"
        )

    def handle(self, *, seed, scale, no_pictures, if_empty, verbosity, **options):
        size = _scale(scale)
        if demo.is_occupied():
            if if_empty:
                demo.come_back()
                return
            raise CommandError("The database is in use already. Load the demo mall into an empty one.")
        mall = demo.Mall(
            seed=seed,
            scale=size,
            now=timezone.now(),
            pictures=not no_pictures and size < FULL_WITHOUT_PICTURES,
        )
        started = time.monotonic()
        demo.load(mall, progress=self._bar if verbosity else iter)
        if verbosity:
            self.stdout.write(f"Demo mall loaded in {time.monotonic() - started:.1f} s")

    def _bar(self, steps):
        bar = tqdm(steps, unit="step", file=self.stderr, ascii=True, dynamic_ncols=True)
        for each in bar:
            bar.set_description(each.title.ljust(24))
            yield each


def _scale(text: str) -> Decimal:
    try:
        scale = Decimal(text)
    except InvalidOperation:
        raise CommandError(f"--scale takes a number, not {text!r}.") from None
    if not Decimal("0.01") <= scale <= 100:
        raise CommandError("--scale goes from 0.01 to 100.")
    return scale
