"""Benches: `python -m bench.<name>`, or all of them by `make bench`."""

import logging
import os

import django

from bench import mall

mall.provide()  # before Django reads the environment
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmall.settings")
django.setup()
logging.disable(logging.INFO)  # of this process; the servers that are measured log as they do in production
mall.fill()
