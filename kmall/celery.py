"""The worker application. Beat's table is static: two deployments never differ in it."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmall.settings")

app = Celery("kmall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Pictures have a queue of their own, for a worker of low priority: a page that waits makes its own.
app.conf.task_routes = {"catalog.tasks.derive_*": {"queue": "pictures"}}
app.conf.beat_schedule = {
    "derive-waiting-pictures": {
        "task": "catalog.tasks.derive_waiting_pictures",
        "schedule": 30,
        "options": {"expires": 25},
    },
}
