"""A worker in the middle of a mall's orders: `python -m tests.partners.at_work PARTNER LEASE`.

Says "at work" where there was room for it, and is at work until its input ends. LEASE: seconds.
"""

import os
import sys

import django


def say(words):
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main(partner_id: str, lease: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmall.settings")
    django.setup()
    from partners import turns

    turns.LEASE = int(lease)

    @turns.few_at_once("orders", most="orders_at_once")
    def work(_partner_id):
        say("at work")
        sys.stdin.read()

    work(int(partner_id))
    say("at rest")


if __name__ == "__main__":
    main(*sys.argv[1:])
