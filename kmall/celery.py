"""The worker application. Beat's table is static: two deployments never differ in it."""

import gc
import logging.config
import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging, worker_process_init, worker_ready
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmall.settings")

app = Celery("kmall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)  # the request's id goes with its tasks
# Pictures have a queue of their own, for a worker of low priority: a page that waits makes its own.
# Partners too, for a worker of threads: its tasks wait for servers of others, and not for each other.
_CALLING = (
    "build_feed",
    "compare_digests_of",
    "fetch_statement",
    "fetch_statements_of",
    "pull_orders_of",
    "reconcile_partner",
    "sync_partner",
    "work_orders",
)
app.conf.task_routes = {"catalog.tasks.derive_*": {"queue": "pictures"}} | {
    f"partners.tasks.{name}": {"queue": "partners"} for name in _CALLING
}
app.conf.beat_schedule = {
    "orders-expire": {"task": "orders.tasks.expire_unpaid", "schedule": 20, "options": {"expires": 20}},
    "orders-poll": {"task": "orders.tasks.poll_payments", "schedule": 10, "options": {"expires": 10}},
    "orders-refund": {"task": "orders.tasks.pay_refunds", "schedule": 10, "options": {"expires": 10}},
    "orders-messages": {"task": "orders.tasks.send_messages", "schedule": 30, "options": {"expires": 30}},
    "orders-erase-identities": {
        "task": "orders.tasks.erase_identities",
        "schedule": crontab(hour=18, minute=20),
    },
    "accounts-forget": {"task": "kmall.tasks.forget_unconfirmed", "schedule": crontab(minute=40)},
    "prices-turn": {"task": "catalog.tasks.turn_prices", "schedule": 15, "options": {"expires": 15}},
    "stock-sweep": {"task": "catalog.tasks.sweep_holds", "schedule": 60, "options": {"expires": 60}},
    "search": {"task": "catalog.tasks.refresh_search", "schedule": crontab(minute=17)},
    "rate": {"task": "catalog.tasks.fetch_rate", "schedule": 600, "options": {"expires": 600}},
    "derive-waiting-pictures": {
        "task": "catalog.tasks.derive_waiting_pictures",
        "schedule": 30,
        "options": {"expires": 25},
    },
    "partners-sweep": {"task": "partners.tasks.sweep", "schedule": 2, "options": {"expires": 10}},
    "partners-orders": {"task": "partners.tasks.pull_orders", "schedule": 15, "options": {"expires": 15}},
    "partners-feeds": {"task": "partners.tasks.prune_feeds", "schedule": 600, "options": {"expires": 600}},
    "partners-trickle": {
        "task": "partners.tasks.look_at_stalest",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "partners-digests": {"task": "partners.tasks.compare_digests", "schedule": crontab(minute="*/30")},
    "partners-reconcile": {"task": "partners.tasks.reconcile_all", "schedule": crontab(hour=19, minute=10)},
    "partners-walks": {"task": "partners.tasks.resume_walks", "schedule": 120, "options": {"expires": 120}},
    "partners-calls": {"task": "partners.tasks.forget_old_calls", "schedule": crontab(hour=20, minute=10)},
    "partners-statements": {
        "task": "partners.tasks.fetch_statements",
        "schedule": crontab(hour=20, minute=40),
    },
    "partners-erase": {"task": "partners.tasks.erase_persons", "schedule": crontab(hour=18, minute=30)},
    "partners-credentials": {
        "task": "partners.tasks.tell_of_credentials",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "partners-silence": {
        "task": "partners.tasks.tell_of_silence",
        "schedule": 300,
        "options": {"expires": 300},
    },
    "partners-old-keys": {"task": "partners.tasks.forget_old_keys", "schedule": crontab(minute=40)},
    "partners-lags": {"task": "partners.tasks.measure_lags", "schedule": crontab(minute=35)},
    "partners-drifts": {"task": "partners.tasks.forget_drifts", "schedule": crontab(hour=20, minute=20)},
    "partners-visits": {"task": "partners.tasks.forget_visits", "schedule": crontab(hour=20, minute=25)},
}


@setup_logging.connect
def log_like_the_rest(**_):
    """Instead of Celery's own format."""
    logging.config.dictConfig(settings.LOGGING)


@worker_ready.connect
@worker_process_init.connect
def keep_what_starting_made(**_):
    """It lives as long as the worker: a collection need not go through it again, a fifth of all its work."""
    gc.collect()
    gc.freeze()
