"""Visits by signed links and scans, and the orders that they are credited with (writes)."""

import datetime

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from catalog.models import Product
from kmall.money import half_up
from orders.models import Order
from partners.models import Credit, Display, PartnerMall, RefusedLink, Visit

COOKIE = "kv"


def open_visit(
    *,
    product: Product | None,
    landing: str,
    partner: PartnerMall | None = None,
    display: Display | None = None,
) -> Visit:
    """Note a shopper who came from a partner's link or a display's label; the last one counts."""
    hours = (partner or display).credit_hours
    return Visit.objects.create(
        partner=partner,
        display=display,
        product=product,
        landing=landing[:200],
        expires_at=timezone.now() + datetime.timedelta(hours=hours),
    )


def remember(response, visit: Visit) -> None:
    """Put the visit into the shopper's cookie, for as long as it is credited."""
    response.set_cookie(
        COOKIE,
        str(visit.pk),
        expires=visit.expires_at,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def refuse_link(reason: str) -> None:
    """Count a link that credits nobody."""
    row = {"day": timezone.localdate(), "reason": reason}
    RefusedLink.objects.get_or_create(**row)
    RefusedLink.objects.filter(**row).update(count=F("count") + 1)


def credit_visit(order: Order) -> Credit | None:
    """Credit an order, as it is placed, to the partner or display of its visit; commission frozen now."""
    if not order.visit:
        return None
    visits = Visit.objects.select_related("partner", "display").filter(expires_at__gt=order.placed_at)
    visit = visits.filter(pk=order.visit).first()
    if visit is None:
        return None
    source = visit.partner or visit.display
    order.channel_id = source.channel_id
    Order.objects.filter(pk=order.pk).update(channel=source.channel_id)
    commission = visit.partner.commission if visit.partner else 0
    credit, _ = Credit.objects.get_or_create(
        order=order,
        defaults={
            "visit": visit,
            "commission": commission,
            "commission_fen": half_up(order.goods_fen * commission),
        },
    )
    return credit
