"""Rows of what came by partners' links and displays' labels: visits, scans, goods looked at, credits."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from kmall.copying import Table
from kmall.demo import Mall
from kmall.encryption import encrypt
from partners.models import Credit, Display, Label, PartnerMall, PartnerOrder, ProductView, Scan, Visit

SCREEN = 0.12  # of the scans at a display: of its screen, not of a label


@dataclass(frozen=True)
class Shown:
    """A product at a display, with its label, or at a partner."""

    product_id: int
    slug: str
    approved_at: datetime
    label_id: int | None = None
    printed_at: datetime | None = None

    def label_at(self, at: datetime) -> int | None:
        """The label if it hung there by then; before, the display's screen was scanned."""
        return self.label_id if self.printed_at and self.printed_at <= at else None


class Tables:
    """`chance` gives the numbers of visits; close it, or use it with `with`."""

    def __init__(self, mall: Mall, chance):
        self.now, self.chance = mall.now, chance
        models = (Visit, Scan, ProductView, Credit, PartnerOrder)
        self._all = [Table(model, now=mall.now) for model in models]
        self.visits, self.scans, self.views, self.credits, self.remotes = self._all

    def __enter__(self):
        return self

    def __exit__(self, failed, *_):
        if not failed:
            for table in self._all:
                table.close()

    def scanned(
        self, display: Display, item: Shown, at: datetime, *, carted=False, visitor: uuid.UUID | None = None
    ) -> uuid.UUID:
        """A scan with the visit that it opens; `visitor` is the phone's first one."""
        landing = f"/zh-hans/scanned/{item.slug}/"
        visit = self._visit(display, item, at, landing, carted, visitor, display_id=display.pk)
        label = item.label_at(at) if self.chance.random() >= SCREEN else None
        self.scans.add(
            display_id=display.pk, product_id=item.product_id, label_id=label, visit_id=visit, at=at
        )
        return visit

    def followed(
        self, partner: PartnerMall, goods: list[Shown], at: datetime, *, carted=False, from_section=False
    ) -> uuid.UUID:
        """A visit by a link of the section or of the first of the goods, which are then looked at."""
        landing = f"/zh-hans/partner/{partner.code}/" + ("" if from_section else f"p/{goods[0].slug}/")
        first = None if from_section else goods[0]
        visit = self._visit(partner, first, at, landing, carted, None, partner_id=partner.pk)
        for number, item in enumerate({item.product_id: item for item in goods}.values()):
            seen = min(at + timedelta(seconds=2 + 70 * number), self.now)
            self.views.add(visit_id=visit, product_id=item.product_id, at=seen)
        return visit

    def sold_there(self, order: int, partner: PartnerMall, remote_id: str, placed: datetime) -> None:
        """An order that the partner took and paid for."""
        self.remotes.add(
            partner_id=partner.pk,
            remote_id=remote_id,
            raw=encrypt(json.dumps({"order_id": remote_id})),
            came_by="pull",
            state=PartnerOrder.State.PLACED,
            order_id=order,
            received_at=placed + timedelta(seconds=40),
            shipment_told_at=self.now,
        )
        self.credits.add(order_id=order, at=placed)

    def _visit(self, source, item: Shown | None, at, landing, carted, visitor, **where) -> uuid.UUID:
        key = uuid.UUID(int=self.chance.getrandbits(128), version=4)
        self.visits.add(
            id=key,
            visitor=visitor or key,
            at=at,
            carted_at=min(at + timedelta(minutes=1), self.now) if carted else None,
            landing=landing,
            expires_at=at + timedelta(hours=source.credit_hours),
            product_id=item and item.product_id,
            **where,
        )
        return key


def shown_at(display: Display) -> list[Shown]:
    """The display's goods with their labels in force."""
    in_force = Label.objects.filter(display=display, superseded_at=None)
    labels = {product: label for product, *label in in_force.values_list("product_id", "pk", "printed_at")}
    rows = display.products.order_by("position", "pk")
    columns = ("product_id", "product__slug", "product__approved_at")
    return [Shown(key, *rest, *labels.get(key, ())) for key, *rest in rows.values_list(*columns)]
