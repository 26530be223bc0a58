"""What a forked process finds imported: the project, and what a worker needs of Celery."""

import os
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmall.settings")
django.setup()
for name in (
    "catalog.search.index",
    "celery.apps.worker",
    "celery.bin.worker",
    "celery.concurrency.solo",
    "kmall.celery",
    "kombu.transport.redis",
    "partners.connectors.igetmall",
    "partners.connectors.ningbo",
    "partners.connectors.shanghai",
    "partners.tasks",
):
    import_module(name)
