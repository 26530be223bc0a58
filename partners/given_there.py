"""What a mall gave its shopper back by itself, by its statements and what it tells of requests (reads)."""

from django.db.models import Sum
from django.utils.translation import gettext as _

from kmall.money import format_cny
from orders.models import Order
from partners.models import PartnerOrder, PartnerRequest, StatementRow


def given_there(order: Order) -> list[str]:
    """Sentences for a person who is about to give money back; none where all of it was ours."""
    row = PartnerOrder.objects.filter(order=order).select_related("partner").first()
    if row is None:
        return []
    said = []
    if (beyond_fen := _beyond_ours(row, order)) > 0:
        told = {"mall": row.partner.name, "amount": format_cny(beyond_fen)}
        said.append(
            _("By its statements %(mall)s gave the shopper %(amount)s that no refund of ours is for.") % told
        )
    for request in _refunded_without_us(row):
        told = {"mall": row.partner.name, "number": request.remote_id}
        said.append(
            _("%(mall)s says that request %(number)s is refunded, and no refund of ours is for it.") % told
        )
    return said


def _beyond_ours(row: PartnerOrder, order: Order) -> int:
    """What all its statements say it gave back, in fen, less what we decided so far."""
    rows = StatementRow.objects.filter(statement__partner=row.partner_id, remote_id=row.remote_id)
    return (rows.aggregate(sum=Sum("refunded_fen"))["sum"] or 0) - order.promised_fen


def _refunded_without_us(row: PartnerOrder):
    refunded = row.requests.filter(stands=PartnerRequest.Stands.REFUNDED, refunds=None)
    return refunded.exclude(problem=PartnerRequest.Problem.NOTHING_LEFT).order_by("pk")
