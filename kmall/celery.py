"""The worker application. Beat's table is static: two deployments never differ in it."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmall.settings")

app = Celery("kmall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
