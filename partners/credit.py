"""Visits by signed links and scans, and the orders that they are credited with (writes)."""

import datetime
import uuid

from django.conf import settings
from django.db import connection
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.models import Product
from orders.models import Order, OrderLine
from orders.reports.proof import Difference
from orders.visits import COOKIE, HINT, visit_of
from partners import commission
from partners.models import Credit, Display, PartnerMall, RefusedLink, Visit

# The sales report's twelve months and the current one: so long a visit can be set beside its month's sales.
VISITS_KEPT = datetime.timedelta(days=400)
VISITS_AT_ONCE = 2_000


def open_visit(
    *,
    product: Product | None,
    landing: str,
    partner: PartnerMall | None = None,
    display: Display | None = None,
    before: Visit | None = None,
) -> Visit:
    """Note a shopper who came from a partner's link or a display's label; the last one counts.

    `before`: the open one of the same phone. It is kept in mind where its window closes later.
    """
    expires_at = timezone.now() + datetime.timedelta(hours=(partner or display).credit_hours)
    return Visit.objects.create(
        partner=partner,
        display=display,
        product=product,
        landing=landing[:200],
        expires_at=expires_at,
        before=_open_at(before, expires_at),
        **({"visitor": before.visitor} if before else {}),
    )


def last_visit(request) -> Visit | None:
    """The visit of this phone that an order would be credited to now."""
    return _open_at(_named(visit_of(request)), timezone.now())


def note_cart(visit: uuid.UUID) -> None:
    """Something was put into the cart: noted once, with the visit that an order would be credited to."""
    now = timezone.now()
    if credited := _open_at(_named(visit), now):
        Visit.objects.filter(pk=credited.pk, carted_at=None).update(carted_at=now)


def remember(response, visit: Visit) -> None:
    """Put the visit into the shopper's cookie, until the last window of its line has closed.

    A second one says to the script of a kept page that there is a visit: who has none need not ask.
    """
    last = visit
    while last.before:
        last = last.before
    how = {"expires": last.expires_at, "secure": settings.SESSION_COOKIE_SECURE, "samesite": "Lax"}
    response.set_cookie(COOKIE, str(visit.pk), httponly=True, **how)
    response.set_cookie(HINT, "1", **how)


def note_view(visit: uuid.UUID, product_id: int) -> None:
    """Note that a product was looked at, once each, with the visit that an order would be credited to."""
    if (credited := _open_at(_named(visit), timezone.now())) is None:
        return
    sql = """
        insert into partners_productview (visit_id, product_id, at)
        select %s, p.id, now() from catalog_product p where p.id = %s on conflict do nothing"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [credited.pk, product_id])


def refuse_link(reason: str, *, kind: str, partner: PartnerMall | None) -> None:
    """Count a link that credits nobody, by what it claims to be."""
    row = {"day": timezone.localdate(), "reason": reason, "kind": kind, "partner": partner}
    RefusedLink.objects.get_or_create(**row)
    RefusedLink.objects.filter(**row).update(count=F("count") + 1)


def credit_order(order: Order) -> Credit | None:
    """Credit an order, as it is placed, to its visit's partner or display, or to the partner that sold it.

    What a partner earns is frozen now. None where it is the mall's own sale.
    """
    visit = _open_at(_named(order.visit), order.placed_at)
    if visit:
        order.channel_id = (visit.partner or visit.display).channel_id
        Order.objects.filter(pk=order.pk).update(channel=order.channel_id)
    partner = visit.partner if visit else PartnerMall.objects.filter(channel=order.channel_id).first()
    if not (visit or partner):
        return None
    credit, is_new = Credit.objects.get_or_create(order=order, defaults={"visit": visit})
    if is_new and partner:
        credit.commission_fen = commission.freeze(order, partner)
        credit.save(update_fields=["commission_fen"])
    return credit


def _named(key: uuid.UUID | None) -> Visit | None:
    return Visit.objects.select_related("partner", "display").filter(pk=key).first() if key else None


def _open_at(visit: Visit | None, moment: datetime.datetime) -> Visit | None:
    """The last visit of a line that is open after the moment; the older a visit, the later it closes."""
    while visit and visit.expires_at <= moment:
        visit = _named(visit.before_id)
    return visit


def forget_visits() -> int:
    """Delete visits that led to no order, long after their window closed; how many there were.

    Scans keep their row, label and hour. In batches, so that a busy day's rows are never locked at once.
    """
    limit = timezone.now() - VISITS_KEPT
    # No window closes before its visit; `at` has the index.
    idle = Visit.objects.filter(at__lt=limit, expires_at__lt=limit, credits=None).order_by("at")
    forgotten = 0
    while batch := list(idle.values_list("pk", flat=True)[:VISITS_AT_ONCE]):
        Visit.objects.filter(pk__in=batch).delete()
        forgotten += len(batch)
    return forgotten


def commission_differences() -> list[Difference]:
    """Whether each credit's commission is what its order's lines say; for `manage.py check_sales`."""
    on_lines = Coalesce(Sum("order__lines__commission_fen"), 0)
    rows = Credit.objects.annotate(on_lines=on_lines).exclude(commission_fen=F("on_lines"))
    found = [
        Difference(f"order {order_id}", "commission_fen", on_lines, commission_fen)
        for order_id, commission_fen, on_lines in rows.values_list("order", "commission_fen", "on_lines")
    ]
    loose = OrderLine.objects.filter(order__credit=None).aggregate(fen=Sum("commission_fen"))["fen"] or 0
    return found + ([Difference("orders without credit", "commission_fen", loose, 0)] if loose else [])
