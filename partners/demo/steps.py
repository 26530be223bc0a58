"""The partner malls, a market hall in Liangjiang New Area, and what came from all of them."""

import json
import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from catalog.demo.logins import PARTNER
from catalog.models import Category, Product
from kmall.copying import Table
from kmall.demo import Mall, on_return, step
from kmall.encryption import encrypt
from orders.commission import Earned, freeze_commission
from orders.models import Channel, Order, OrderLine
from partners.commission import earned, rules_of
from partners.demo import settled
from partners.demo.malls import MALLS
from partners.displays import open_market
from partners.labels import number_labels
from partners.mark import rules_changed
from partners.models import (
    Credit,
    Display,
    DisplayProduct,
    Label,
    PartnerMall,
    PartnerMember,
    PartnerOrder,
    Scan,
    Visit,
)
from partners.setup import open_partner

# code, names, person, top categories
DISPLAYS = [
    ("lj-beauty", "뷰티 진열대", "美妆展台", "陈雪", ["001.", "002.", "003."]),
    ("lj-ginseng", "홍삼 진열대", "红参滋补展台", "罗敏", ["004."]),
    ("lj-food", "식품 진열대", "食品展台", "何军", ["005.", "006."]),
    ("lj-life", "생활 진열대", "母婴家居展台", "周婷", ["007.", "008.", "013."]),
]
ON_A_DISPLAY = 24


@step(30, "partners")
def load(mall: Mall) -> None:
    for agreed in MALLS:
        url = getattr(settings, agreed.setting)
        partner = open_partner(
            code=agreed.code, connector=agreed.code, base_url=url, home_url=url, **agreed.terms
        )
        _agree_on_commissions(partner, agreed.commissions, timezone.localdate(mall.now))
    viewer = get_user_model().objects.get(email=PARTNER)
    PartnerMember.objects.create(partner=PartnerMall.objects.get(code="igetmall"), user=viewer)
    chance = mall.chance("displays")
    open_market(
        code="liangjiang",
        name_ko="량장신구 수입상품관",
        name_zh_hans="两江新区进口商品馆",
        place_ko="충칭시 위베이구 진위대로 68호",
        place_zh_hans="重庆市渝北区金渝大道68号",
        displays=[
            {
                "code": code,
                "name_ko": ko,
                "name_zh_hans": zh,
                "person": person,
                "products": _displayed(paths, chance),
            }
            for code, ko, zh, person, paths in DISPLAYS
        ],
    )
    number_labels(DisplayProduct.objects.order_by("pk"))


@on_return
def readdress() -> None:
    """A sandbox's port follows PORT, which may be another today, and its items lead to ours."""
    for agreed in MALLS:
        url = getattr(settings, agreed.setting)
        for partner in PartnerMall.objects.filter(code=agreed.code, base_url__startswith="http://127.0.0.1:"):
            if partner.base_url != url:
                partner.base_url = partner.home_url = url
                partner.save(update_fields=["base_url", "home_url"])
                rules_changed(partner)


@step(50, "visits and credits")
def credit(mall: Mall) -> None:
    """What led to the orders of partner and displays: a visit, with its scan, or an order made there."""
    chance = mall.chance("credits")
    partners = {partner.channel_id: partner for partner in PartnerMall.objects.all()}
    displays = {display.channel_id: display for display in Display.objects.all()}
    labels = _labels()
    with Tables(mall) as tables:
        orders = Order.objects.exclude(channel__kind=Channel.Kind.STORE).order_by("pk")
        columns = ("pk", "channel_id", "user_id", "origin_key", "placed_at")
        for key, channel, user, origin, placed in orders.values_list(*columns).iterator():
            if user is None:
                tables.remote(key, partners[channel], origin, placed)
                continue
            at = placed - timedelta(minutes=chance.randint(2, 900))
            tables.credited(key, partners.get(channel) or displays[channel], at, placed, chance, labels)
    for partner in partners.values():
        freeze_commission(_earned(partner))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_order o SET visit = c.visit_id FROM partners_credit c WHERE c.order_id = o.id"
        )
        cursor.execute(
            "UPDATE partners_credit c SET commission_fen = l.fen FROM"
            " (SELECT order_id, sum(commission_fen) AS fen FROM orders_orderline GROUP BY order_id) l"
            " WHERE l.order_id = c.order_id"
        )


@step(58, "statements and requests of partners")
def settle(mall: Mall) -> None:
    settled.load(mall)


class Tables:
    """Rows of visits, scans, credits and remote orders."""

    def __init__(self, mall: Mall):
        self.mall = mall
        self.visits, self.scans = Table(Visit, now=mall.now), Table(Scan, now=mall.now)
        self.credits, self.remotes = Table(Credit, now=mall.now), Table(PartnerOrder, now=mall.now)

    def __enter__(self):
        return self

    def __exit__(self, failed, *_):
        if not failed:
            for table in (self.visits, self.scans, self.credits, self.remotes):
                table.close()

    def remote(self, order: int, partner: PartnerMall, origin: str, placed) -> None:
        remote_id = origin.split(":", 1)[1]
        self.remotes.add(
            partner_id=partner.pk,
            remote_id=remote_id,
            raw=encrypt(json.dumps({"order_id": remote_id})),
            came_by="pull",
            state=PartnerOrder.State.PLACED,
            order_id=order,
            received_at=placed + timedelta(seconds=40),
            shipment_told_at=self.mall.now,
        )
        self.credits.add(order_id=order, at=placed)

    def credited(self, order: int, source, at, placed, chance, labels) -> None:
        visit = uuid.UUID(int=chance.getrandbits(128), version=4)
        is_partner = isinstance(source, PartnerMall)
        where = {"partner_id": source.pk} if is_partner else {"display_id": source.pk}
        label = None if is_partner or not labels.get(source.pk) else chance.choice(labels[source.pk])
        expires = at + timedelta(hours=source.credit_hours)
        landing = f"/zh-hans/partner/{source.code}/" if is_partner else f"/d/{label[1]}/" if label else ""
        product = label and label[2]
        self.visits.add(
            id=visit,
            visitor=visit,
            at=at,
            carted_at=at + timedelta(minutes=1),
            landing=landing,
            expires_at=expires,
            product_id=product,
            **where,
        )
        if label:
            self.scans.add(
                display_id=source.pk, product_id=label[2], label_id=label[0], visit_id=visit, at=at
            )
        self.credits.add(order_id=order, visit_id=visit, at=placed)


def _agree_on_commissions(partner: PartnerMall, commissions, today) -> None:
    partner.commission_rules.all().delete()
    slugs = dict(Category.objects.values_list("slug", "pk"))
    for slug, days, rate in commissions:
        day = today + timedelta(days=days)
        partner.commission_rules.create(category_id=slugs.get(slug), valid_from=day, rate=rate)


def _earned(partner: PartnerMall) -> dict[int, Earned]:
    """By line of what was sold at the partner or came from it, at the rules of each day."""
    rules, found = rules_of(partner), {}
    columns = ("order__placed_at", "pk", "category__path", "goods_fen")
    for placed, *line in OrderLine.objects.filter(order__channel=partner.channel_id).values_list(*columns):
        found |= earned(rules, [line], timezone.localdate(placed))
    return found


def _displayed(paths: list[str], chance) -> list[int]:
    found = []
    for path in paths:
        goods = Product.objects.on_sale().filter(category__path__startswith=path, has_stock=True)
        keys = list(goods.order_by("pk").values_list("pk", flat=True))
        found += chance.sample(keys, min(ON_A_DISPLAY // len(paths), len(keys)))
    return found


def _labels() -> dict[int, list[tuple]]:
    """Display to its labels: (key, code, product)."""
    found: dict[int, list[tuple]] = {}
    rows = Label.objects.order_by("pk").values_list("display_id", "pk", "code", "product_id")
    for display, *label in rows:
        found.setdefault(display, []).append(tuple(label))
    return found
