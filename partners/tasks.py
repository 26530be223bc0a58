"""What the workers do for partners. Rows are the truth; a task that is lost is made up by the next sweep.

Tasks that call a partner are of one partner each, and run in threads of a worker of their own.
"""

import datetime

from celery import shared_task
from django.utils import timezone

from partners import (
    credit,
    digests,
    drift,
    erase,
    faulty_files,
    inbound,
    keys,
    lag,
    look,
    pace,
    reconcile,
    silence,
    statements,
    sync,
    verdict,
    wake,
)
from partners.calls import Interrupted
from partners.connectors.connector import Deferred, Fault
from partners.models import Call, EmptyPolls, PartnerMall
from partners.pull_feed import build
from partners.turns import LISTINGS, STATEMENTS, few_at_once, turn

PULL_SECONDS = 15  # a pull that waited so long is made up by the next
BUILD_SECONDS = 10  # a feed that waited so long is built by the next sweep
BEHIND_SECONDS = 5  # until a statement is asked for behind another of its mall
AGAIN_SECONDS = 60  # at least, where a mall takes no calls for now
PUT_OFF = (Interrupted, Deferred)
CALLS_KEPT = datetime.timedelta(days=30)


def _active():
    return PartnerMall.objects.filter(state=PartnerMall.State.ACTIVE)


@shared_task
def sweep():
    for partner_id in sync.due_partners():
        wake.partner(partner_id)
    for partner_id in inbound.due_partners():
        wake.orders(partner_id)
    for partner_id in build.due_feeds():
        build_feed.apply_async((partner_id,), expires=BUILD_SECONDS)


@shared_task
@few_at_once(LISTINGS, most="batches_at_once")
def sync_partner(partner_id):
    sync.drain(partner_id)


@shared_task
@few_at_once("feed")
def build_feed(partner_id):
    build.build(partner_id)


@shared_task
def prune_feeds():
    build.prune_all()


@shared_task
def look_at_stalest():
    for partner in _active():
        look.look_again_at_stalest(partner)


@shared_task(throws=(Fault,))
@few_at_once("walk")
def reconcile_partner(partner_id):
    for partner in _active().filter(pk=partner_id):
        reconcile.reconcile(partner)


@shared_task(autoretry_for=(Fault,), retry_backoff=60, max_retries=3)
@few_at_once("walk")
def compare_digests_of(partner_id):
    for partner in _active().filter(pk=partner_id):
        digests.compare(partner)


@shared_task
def compare_digests():
    for partner_id in _active().values_list("pk", flat=True):
        compare_digests_of.delay(partner_id)


@shared_task
def reconcile_all():
    for partner_id in _active().values_list("pk", flat=True):
        reconcile_partner.delay(partner_id)


@shared_task
def resume_walks():
    """Those that were cut off by a fault, an open breaker or their worker's end go on where they stand."""
    for partner_id in _active().filter(walk_began_at__isnull=False).values_list("pk", flat=True):
        reconcile_partner.delay(partner_id)


@shared_task
def measure_lags():
    for partner in _active():
        lag.measure_lag(partner)


@shared_task
def pull_orders():
    for partner_id in _active().values_list("pk", flat=True):
        pull_orders_of.apply_async((partner_id,), expires=PULL_SECONDS)


@shared_task
@few_at_once("orders", most="orders_at_once")
def pull_orders_of(partner_id):
    for partner in _active().filter(pk=partner_id):
        inbound.pull(partner)


@shared_task
@few_at_once("orders", most="orders_at_once")
def work_orders(partner_id):
    inbound.work(partner_id)


@shared_task
def forget_old_calls():
    oldest = timezone.now() - CALLS_KEPT
    Call.objects.filter(at__lt=oldest).delete()
    EmptyPolls.objects.filter(hour__lt=oldest).delete()


@shared_task(autoretry_for=(Fault,), retry_backoff=300, retry_backoff_max=7200, max_retries=8)
@few_at_once(STATEMENTS)
def fetch_statements_of(partner_id):
    for partner in _active().filter(pk=partner_id):
        try:
            statements.fetch_missing(partner)
        except PUT_OFF:
            wake.statements(partner_id, after=_put_off(partner))


@shared_task(autoretry_for=(Fault,), retry_backoff=60, max_retries=4)
def fetch_statement(partner_id, day):
    with turn(partner_id, STATEMENTS) as has_room:
        if not has_room:  # a person asked for this one: it comes behind those that are fetched
            wake.statement(partner_id, day, after=BEHIND_SECONDS)
            return
        for partner in _active().filter(pk=partner_id):
            try:
                statements.fetch(partner, datetime.date.fromisoformat(day))
            except PUT_OFF:
                wake.statement(partner_id, day, after=_put_off(partner))


def _put_off(partner: PartnerMall) -> float:
    """Seconds until the task is sent anew: a mall that asks us to wait burns none of its tries."""
    return max(pace.held_seconds(partner), AGAIN_SECONDS)


@shared_task
def fetch_statements():
    for partner_id in _active().values_list("pk", flat=True):
        fetch_statements_of.delay(partner_id)


@shared_task
def erase_persons():
    erase.erase_due(timezone.now())


@shared_task
def tell_of_credentials():
    verdict.tell_of_credentials()


@shared_task
def tell_of_silence():
    silence.tell_of_silence()


@shared_task
def forget_old_keys():
    keys.forget_old()


@shared_task
def forget_drifts():
    drift.forget_old()
    faulty_files.forget_old()


@shared_task
def forget_visits():
    credit.forget_visits()
