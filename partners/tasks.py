"""What the workers do for partners. Rows are the truth; a task that is lost is made up by the next sweep."""

import datetime

from celery import shared_task
from django.utils import timezone

from partners import credit, inbound, look, reconcile, sync, wake
from partners.connectors.connector import Fault
from partners.models import Call, PartnerMall

CALLS_KEPT = datetime.timedelta(days=30)


def _active():
    return PartnerMall.objects.filter(state=PartnerMall.State.ACTIVE)


@shared_task
def sweep():
    for partner_id in sync.due_partners():
        wake.partner(partner_id)
    if inbound.is_anything_due():
        wake.orders()


@shared_task
def sync_partner(partner_id):
    sync.drain(partner_id)


@shared_task
def look_at_stalest():
    for partner in _active():
        look.look_again_at_stalest(partner)


@shared_task(autoretry_for=(Fault,), retry_backoff=60, retry_backoff_max=3600, max_retries=8)
def reconcile_partner(partner_id):
    for partner in _active().filter(pk=partner_id):
        reconcile.reconcile(partner)


@shared_task
def reconcile_all():
    for partner_id in _active().values_list("pk", flat=True):
        reconcile_partner.delay(partner_id)


@shared_task
def pull_orders():
    for partner in _active():
        inbound.pull(partner)


@shared_task
def work_orders():
    inbound.work()


@shared_task
def forget_old_calls():
    Call.objects.filter(at__lt=timezone.now() - CALLS_KEPT).delete()


@shared_task
def forget_visits():
    credit.forget_visits()
