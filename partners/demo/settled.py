"""What lies between us and the malls: statements of the last weeks, shoppers' requests, an unknown item."""

import datetime
import json
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from kmall.demo import Mall
from partners.books import entries, states
from partners.demo.malls import number
from partners.differences import compare, day_of
from partners.models import PartnerMall, PartnerOrder, PartnerRequest, Statement, StatementRow


@dataclass(frozen=True)
class Stated:
    """A mall's last `days`; `spoilt`: those, counted back, that differ, and how."""

    days: int
    spoilt: dict[int, str]
    depot: str


STATED = {
    "igetmall": Stated(35, {2: "amount", 9: "drop"}, "两路寸滩保税港区"),
    "ningbo": Stated(14, {4: "amount"}, "宁波保税区"),
    "shanghai": Stated(14, {}, "外高桥保税区"),
}
FIGURES = ("paid_fen", "refunded_fen", "commission_fen", "net_fen")
# What our books and the mall's are told: all but what is under way today.
TOLD = """
UPDATE partners_partnerorder p SET told_at = p.received_at + interval '20 seconds',
    first_parcel_told_at = s.first_at, shipment_told_at = s.at
FROM (SELECT o.id, max(c.shipped_at) + interval '1 minute' AS at,
          min(c.shipped_at) + interval '1 minute' AS first_at FROM orders_order o
      JOIN orders_consignment c ON c.order_id = o.id GROUP BY o.id) s
WHERE s.id = p.order_id AND p.received_at < %(today)s
"""
REFUNDS = """
INSERT INTO partners_partnerrefund (order_id, refund_id, told_at)
SELECT p.id, r.id, r.done_at FROM orders_refund r JOIN partners_partnerorder p ON p.order_id = r.order_id
WHERE r.state = 'done' AND r.done_at < %(today)s
"""
# kind, words, state at the mall, our answer, message
REQUESTS = [
    ("return", "颜色和图片不一样", "open", "", ""),
    ("return", "尺寸不合适", "open", "", ""),
    ("return", "包装破损", "accepted", "accept", "请寄回{depot}退货仓。"),
    ("return", "拆开用过，不喜欢", "rejected", "reject", "护肤品拆封后不支持退货。"),
    ("cancel", "不想要了", "rejected", "reject", "包裹已经寄出，签收后可以申请退货。"),
]
UNKNOWN = {"out_id": "IG-GIFT-77", "out_sku_id": "GIFT77", "quantity": 2, "price_fen": 12900, "tax_fen": 1174}


def load(mall: Mall) -> None:
    """Tell the malls' orders and refunds as they are, and write what each says of its own."""
    today = timezone.localdate(mall.now)
    with connection.cursor() as cursor:
        cursor.execute(TOLD, {"today": today})
        cursor.execute(REFUNDS, {"today": today})
    for partner in PartnerMall.objects.filter(code__in=STATED):
        stated = STATED[partner.code]
        for back in range(stated.days, 0, -1):
            day = today - datetime.timedelta(days=back)
            _state_day(partner, day, mall.now, spoil=stated.spoilt.get(back))
        _ask(partner, mall.now, stated)
        if partner.code == "igetmall":
            _sell_unknown(partner, mall.now)


def _state_day(partner: PartnerMall, day: datetime.date, now, spoil: str | None) -> None:
    """The mall's statement of a day as ours has it, or with its first order wrong."""
    statement = Statement(partner=partner, day=day, raw="[]", orders=0, fetched_at=now)
    start, end = day_of(statement)
    booked = entries(partner, since=start, until=end)
    said = states(partner, until=end, numbers=booked)
    numbers = sorted(booked)[1 if spoil == "drop" else 0 :]
    if spoil == "amount" and numbers:
        booked[numbers[0]].paid_fen += 100
    for name in FIGURES:
        setattr(statement, name, sum(getattr(booked[remote_id], name) for remote_id in numbers))
    statement.orders = len(numbers)
    statement.save()
    names = FIGURES[:3]
    StatementRow.objects.bulk_create(
        StatementRow(
            statement=statement,
            remote_id=remote_id,
            state=said.get(remote_id, "confirmed"),
            **{name: getattr(booked[remote_id], name) for name in names},
        )
        for remote_id in numbers
    )
    compare(statement)


def _ask(partner: PartnerMall, now, stated: Stated) -> None:
    orders = partner.orders.filter(order__state="shipped", told_at__isnull=False).order_by("-received_at")
    for place, (row, asked) in enumerate(zip(orders, REQUESTS, strict=False)):
        kind, words, stands, answer, message = asked
        line = row.order.lines.order_by("pk").first()
        at = now - datetime.timedelta(hours=5 + 9 * place)
        PartnerRequest.objects.create(
            order=row,
            remote_id=number(partner.code, "R", at, place + 1),
            kind=kind,
            stands=stands,
            words=words,
            lines=[{"out_sku_id": f"S{line.sku_id}", "quantity": 1}] if kind == "return" else [],
            asked_at=at,
            answer=answer,
            message=message.format(depot=stated.depot),
            answered_at=at + datetime.timedelta(hours=2) if answer else None,
            told_at=at + datetime.timedelta(hours=2) if answer else None,
        )


def _sell_unknown(partner: PartnerMall, now) -> None:
    """An order of something that the mall sells under a number of its own; nobody has to answer it."""
    remote_id = number(partner.code, "O", now, 900_001)
    PartnerOrder.objects.create(
        partner=partner,
        remote_id=remote_id,
        raw=json.dumps({"order_id": remote_id, "lines": [UNKNOWN]}),
        came_by="notice",
        state=PartnerOrder.State.AWAITING_MAPPING,
        reason=f"unknown_item: {UNKNOWN['out_sku_id']}",
    )
