"""Benches: `python -m bench.<name>`, or all of them by `make bench`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmall.settings")
django.setup()
