"""How an edit becomes what is sold: draft, submitted, approved or returned. All writes of a revision."""

import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import locks
from catalog.completeness import lacking
from catalog.diff import changes, kinds
from catalog.models import Picture, Product, ProductAttribute, Revision, Sku, Stock, StockMovement
from catalog.proposal import PRODUCT_FIELDS, SKU_FIELDS, digest, open_revision, proposed
from catalog.signals import product_changed
from catalog.standing import refresh
from kmall.database import on_violation
from kmall.models import AuditEntry


class Incomplete(Exception):
    """The proposal lacks something. `lacking`: field → messages in the active language."""

    def __init__(self, lacking: dict[str, list[str]]):
        self.lacking = lacking
        super().__init__(", ".join(lacking))


class NotWaiting(Exception):
    """The revision has been decided upon, or taken back, by somebody else meanwhile."""


class NotAsSeen(Exception):
    """The revision has been changed and submitted anew since it was read."""


class SavedMeanwhile(Exception):
    """Another proposal than the author began with is `stored` by now; `data` is what was to be saved."""

    def __init__(self, stored: dict, data: dict):
        self.stored, self.data = stored, data
        super().__init__()


class Suspended(Exception):
    """KITA suspended the product: it is not its seller's to withdraw or to put back."""


class Withdrawn(Exception):
    """Its seller took the product off sale: it is not KITA's to put back."""


class NothingChanged(Exception):
    """The proposal is what is already on sale."""


@transaction.atomic
def save_draft(*, product: Product, author, data: dict, made_from: str | None = None) -> Revision:
    """Keep a seller's edit in the product's one open revision; the approved version stays on sale.

    Editing what waits for KITA takes it back into a draft, so that nobody approves what has changed.
    `made_from`: the `digest` of the proposal that the author began with; raises `SavedMeanwhile` where
    another is stored by now.
    """
    (product,) = locks.products([product.pk])
    if made_from is not None and made_from != digest(stored := proposed(product)):
        raise SavedMeanwhile(stored, data)
    revision = open_revision(product) or Revision(product=product, base_version=product.version)
    revision.data, revision.author = data, author
    revision.state, revision.submitted_at = Revision.State.DRAFT, None
    revision.save()
    return revision


@transaction.atomic
def submit(*, revision: Revision, actor) -> Revision:
    """Hand a draft or a mended return to KITA. Raises `Incomplete`, `NothingChanged`, `NotWaiting`."""
    revision = locks.revision(revision.pk)
    if revision.state not in (Revision.State.DRAFT, Revision.State.RETURNED):
        raise NotWaiting
    if missing := lacking(revision.product, revision.data):
        raise Incomplete(missing)
    if revision.product.approved_at and not changes(revision.product, revision.data):
        raise NothingChanged
    revision.state, revision.submitted_at, revision.reasons = Revision.State.SUBMITTED, timezone.now(), {}
    revision.save(update_fields=["state", "submitted_at", "reasons"])
    _record(actor, "submit", revision)
    return revision


@transaction.atomic
def approve(*, revision: Revision, actor, seen: str | None = None) -> Product:
    """Apply a submitted revision: product, SKUs and, by the signal, search row in one transaction.

    A new product is on sale with it. What its seller withdrew or KITA suspended meanwhile stays off sale.
    `seen`: the `digest` of the proposal that the actor has read; None where nobody reads it. Raises
    `NotAsSeen` where it is another by now, `NotWaiting` where it was decided upon meanwhile, `Incomplete`
    where a rule has changed, or a code was taken, since it was submitted.
    """
    revision = _waiting(revision, seen)
    if missing := lacking(revision.product, revision.data):
        raise Incomplete(missing)
    product = revision.product
    found = changes(product, revision.data)
    is_new = product.state == Product.State.DRAFT
    if is_new:
        product.state = Product.State.ON_SALE
    _apply_fields(product, revision.data["fields"])
    _apply_values(product, revision.data["values"])
    with on_violation("sku_code_once_per_seller", _code_taken):
        _apply_skus(product, revision.data["skus"])
    _apply_pictures(product, revision.data["pictures"])
    refresh([product.pk])
    _decide(revision, Revision.State.APPROVED, actor)
    _record(actor, "approve", revision, {"fields": [change.key for change in found]})
    changed = kinds(found) | {"state"} if is_new else kinds(found)
    product_changed.send(sender=approve, product_ids=[product.pk], kinds=changed)
    product.refresh_from_db()
    return product


@transaction.atomic
def send_back(*, revision: Revision, actor, reasons: dict[str, str], seen: str | None = None) -> Revision:
    """Return a submitted revision to its seller with a reason by field (key "" for the whole).

    `seen` as for `approve`; raises `NotAsSeen`, `NotWaiting`.
    """
    revision = _waiting(revision, seen)
    revision.reasons = reasons
    revision.save(update_fields=["reasons"])
    _decide(revision, Revision.State.RETURNED, actor)
    _record(actor, "send_back", revision, {"reasons": reasons})
    return revision


@transaction.atomic
def take_off(*, product: Product, actor, state: str) -> Product:
    """Withdraw (seller) or suspend (KITA) a product: it leaves lists, search and partners at once.

    Raises `Suspended` where what is to be withdrawn was suspended meanwhile.
    """
    (product,) = locks.products([product.pk])
    if (product.state, state) == (Product.State.SUSPENDED, Product.State.WITHDRAWN):
        raise Suspended
    return _turn(product, state, actor)


@transaction.atomic
def put_back(*, product: Product, actor, by_kita: bool) -> Product:
    """Put an approved product that was taken off on sale again, as it was approved.

    Only KITA releases what it suspended, and only the seller puts back what it withdrew: released it is
    withdrawn as before. Raises `Suspended`, `Withdrawn`, `NotWaiting`.
    """
    (product,) = locks.products([product.pk])
    if not product.approved_at:
        raise NotWaiting
    if product.state == Product.State.SUSPENDED and not by_kita:
        raise Suspended
    if product.state == Product.State.WITHDRAWN and by_kita:
        raise Withdrawn
    if product.is_withdrawn and by_kita:
        return _turn(product, Product.State.WITHDRAWN, actor, deed="released")
    return _turn(product, Product.State.ON_SALE, actor)


def _turn(product: Product, state: str, actor, *, deed: str = "") -> Product:
    product.state = state
    if state != Product.State.SUSPENDED:
        product.is_withdrawn = state == Product.State.WITHDRAWN
    product.save(update_fields=["state", "is_withdrawn"])
    refresh([product.pk])
    AuditEntry.objects.create(actor=actor, action=deed or state, subject=f"catalog.product:{product.pk}")
    product_changed.send(sender=take_off, product_ids=[product.pk], kinds={"state"})
    return product


def _waiting(revision: Revision, seen: str | None) -> Revision:
    revision = locks.revision(revision.pk)
    if revision.state != Revision.State.SUBMITTED:
        raise NotWaiting
    if seen is not None and seen != digest(revision.data):
        raise NotAsSeen
    return revision


def _decide(revision, state, actor):
    revision.state, revision.decided_at, revision.decided_by = state, timezone.now(), actor
    revision.save(update_fields=["state", "decided_at", "decided_by"])


def _record(actor, action, revision, data=None):
    subject = f"catalog.product:{revision.product_id}"
    AuditEntry.objects.create(
        actor=actor, action=action, subject=subject, data={"revision": revision.pk, **(data or {})}
    )


def _apply_fields(product, fields):
    for field in PRODUCT_FIELDS:
        setattr(product, field, fields.get(field))
    if isinstance(product.best_before, str):
        product.best_before = datetime.date.fromisoformat(product.best_before)
    product.approved_at = product.approved_at or timezone.now()
    product.save()


def _apply_values(product, rows):
    product.values.all().delete()
    ProductAttribute.objects.bulk_create(
        ProductAttribute(
            product=product,
            **{**row, "number": Decimal(row["number"]) if row["number"] is not None else None},
        )
        for row in rows
    )


def _code_taken() -> Incomplete:
    return Incomplete({"skus": [_("Another product took one of these SKU codes just now.")]})


def _apply_skus(product, rows):
    """Known SKUs keep their key, so that orders, stock and history stay with them; missing ones leave."""
    kept = [row["id"] for row in rows if row["id"]]
    product.skus.exclude(pk__in=kept).update(is_active=False)
    _free_codes(product, rows)
    for position, row in enumerate(rows):
        columns = {field: row[field] for field in SKU_FIELDS} | {"position": position}
        columns["net_content"] = Decimal(columns["net_content"])
        if row["id"]:
            product.skus.filter(pk=row["id"]).update(**columns)
        else:
            _create_sku(product, columns, row.get("opening") or 0)


def _free_codes(product, rows):
    """Codes that change go out of the way first: two SKUs may swap theirs."""
    codes = {row["id"]: row["code"] for row in rows if row["id"]}
    held = product.skus.filter(pk__in=codes).values_list("pk", "code")
    changing = [pk for pk, code in held if code != codes[pk]]
    if changing:
        aside = Concat(Value("~"), Cast("pk", CharField()))
        product.skus.filter(pk__in=changing).update(code=aside)


def _create_sku(product, columns, opening):
    sku = Sku.objects.create(product=product, seller_id=product.seller_id, **columns)
    Stock.objects.create(sku=sku, on_hand=opening)
    if opening:
        StockMovement.objects.create(sku=sku, delta=opening, reason=StockMovement.Reason.OPENING)


def _apply_pictures(product, ids):
    product.pictures.exclude(pk__in=ids).update(is_current=False)
    for position, pk in enumerate(dict.fromkeys(ids)):
        Picture.objects.filter(pk=pk, product=product).update(position=position, is_current=True)
