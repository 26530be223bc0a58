#!/usr/bin/env python
"""Django's command line for Kmall24."""

import os
import sys

import environs
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from kmall.environment import one_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmall.settings")
    try:
        execute_from_command_line(sys.argv)
    except (environs.EnvError, ImproperlyConfigured) as error:
        sys.exit(f"Wrong setting: {one_line(error)}")
