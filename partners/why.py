"""Why a product is not on sale at a partner, whatever the reason: every cause with what to do about it."""

from dataclasses import dataclass, replace

from django.utils import timezone

from catalog.models import Product, Seller
from catalog.no_prices import NO_PRICE
from catalog.proposal import open_revision
from catalog.tax import NoTaxRate
from partners import breaker, causes, goods
from partners.causes import Cause, Place
from partners.connectors import connect
from partners.connectors.connector import BadCredentials
from partners.desired import Desired, NotListable, desired, frame
from partners.left_out import left_out
from partners.links import signing_day
from partners.models import Drift, Listing, PartnerMall, Receipt
from partners.rules import BadRule, Rule
from partners.standing import Cell, Standing, cells


@dataclass(frozen=True)
class Reason:
    """A cause as it stands for one product. `said`: the partner's own words, in whatever language."""

    code: str
    cause: Cause
    places: tuple[Place, ...]
    said: str = ""


@dataclass(frozen=True)
class Account:
    """All that there is to say. `wanted` is None where nothing should be there, or nobody can say what.

    `texts`, `offer`: whether what the partner confirmed is what it should have; None where that is open.
    """

    cell: Cell
    reasons: list[Reason]
    wanted: Desired | None
    texts: bool | None
    offer: bool | None

    @property
    def is_meant(self) -> bool:
        """Whether it should be on sale there."""
        return self.cell.standing not in (Standing.OFF, Standing.OUTSIDE, Standing.LEAVING)

    @property
    def is_there(self) -> bool:
        """Whether it is meant to be there and a shopper sees it, perhaps as sold out or as it was before."""
        return self.is_meant and self.cell.row is not None and self.cell.row.is_shown

    @property
    def sent_again(self) -> int:
        """How often it was mended in vain."""
        return _sent_again(self.cell.row)

    @property
    def is_well(self) -> bool:
        return self.cell.standing == Standing.SHOWN and not self.reasons


def account(partner: PartnerMall, product: Product) -> Account:
    """How a product stands at a partner and why, by the same rule and the same `desired` as the sync."""
    [cell] = cells([partner], [product.pk])[product.pk]
    wanted, lack = _wanted(partner, product, cell)
    reasons = _of_product(product) or _of_rule(partner, product, cell)
    reasons += [*lack, *_of_offer(product, wanted), *_of_mall(partner)]
    of_row = _of_row(cell, is_lacking=bool(lack))
    reasons += [_left_to_people(reason) for reason in of_row] if _sent_again(cell.row) else of_row
    if cell.standing == Standing.SOLD_OUT and not reasons:
        reasons = [_reason(_on_its_way(cell.row), causes.OF_WAY)]  # counted in, and not there yet
    return Account(cell, reasons, wanted, *_as_confirmed(partner, cell.row, wanted))


def _sent_again(row: Listing | None) -> int:
    """How often, since the mall never showed it as sent; 0 where it said why."""
    if row is None or row.mendings < 2 or causes.is_refused_there(row):
        return 0
    return row.mendings - row.is_due


def _reason(code: str, known: dict[str, Cause], **more) -> Reason:
    return Reason(code, known[code], known[code].places, **more)


def _of_product(product: Product) -> list[Reason]:
    found = []
    if product.state == Product.State.DRAFT:
        revision = open_revision(product)
        code = {"submitted": "WAITS_FOR_KITA", "returned": "RETURNED"}.get(revision.state if revision else "")
        found.append(code or "NOT_SUBMITTED")
    elif product.state != Product.State.ON_SALE:
        found.append(product.state.upper())
    if product.seller.state != Seller.State.ADMITTED:
        is_suspended = product.seller.state == Seller.State.SUSPENDED
        found.append("SELLER_SUSPENDED" if is_suspended else "SELLER_NOT_ADMITTED")
    return [_reason(code, causes.OF_PRODUCT) for code in found]


def _of_rule(partner: PartnerMall, product: Product, cell: Cell) -> list[Reason]:
    if cell.standing not in (Standing.OUTSIDE, Standing.LEAVING):
        return []
    return [Reason(code, cause, cause.places) for code, cause in left_out(partner, product)]


def _wanted(partner, product, cell) -> tuple[Desired | None, list[Reason]]:
    """What the listing should say, or what it lacks for that."""
    if cell.standing in (Standing.OFF, Standing.OUTSIDE, Standing.LEAVING):
        return None, []
    day = signing_day(cell.row.link_day if cell.row else None, partner, timezone.localdate())
    try:
        return desired(goods.read([product.pk])[product.pk], frame(partner), day), []
    except NotListable as lacks:
        return None, [_reason(lacks.code, causes.NOT_LISTABLE)]
    except NO_PRICE as missing:
        code = "NO_TAX_RATE" if isinstance(missing, NoTaxRate) else "NO_RATE"
        return None, [_reason(code, causes.OF_OFFER)]


def _of_offer(product: Product, wanted: Desired | None) -> list[Reason]:
    if wanted is None or any(sku["stock"] for sku in wanted.offer["skus"]):
        return []
    return [_reason("KEPT_BACK" if product.has_stock else "SOLD_OUT", causes.OF_OFFER)]


def _of_mall(partner: PartnerMall) -> list[Reason]:
    if partner.state != PartnerMall.State.ACTIVE:
        return [_reason(f"MALL_{partner.state.upper()}", causes.OF_MALL)]
    try:
        Rule.read(partner.rule)
    except BadRule:
        return [_reason("BAD_RULE", causes.OF_MALL)]
    is_left_alone = breaker.condition(partner, timezone.now()) in ("open", "trial")
    return [_reason("BREAKER_OPEN", causes.OF_MALL)] if is_left_alone else []


def _of_row(cell: Cell, *, is_lacking: bool) -> list[Reason]:
    row, standing = cell.row, cell.standing
    if standing == Standing.LEAVING:
        return [_reason("LEAVING", causes.OF_WAY)]
    if standing in (Standing.OFF, Standing.OUTSIDE):
        return []
    if row is None:
        return [_reason("NO_ROW", causes.OF_WAY)]
    if causes.is_refused_there(row):
        return [_refusal(row)]
    if row.outcome == Listing.Outcome.FAILED:
        return [_reason(row.error_code or "UNREACHABLE", causes.OF_WAY)]
    if row.outcome == Listing.Outcome.UNKNOWN:
        return [_reason("UNKNOWN_OUTCOME", causes.OF_WAY)]
    if row.is_shown or is_lacking or cell.standing == Standing.STOPPED:
        return []
    return [_reason(_on_its_way(row), causes.OF_WAY)]


def _left_to_people(reason: Reason) -> Reason:
    """Where mending is in vain it does not come right by itself: what is to be done the page says beside."""
    return replace(reason, cause=replace(reason.cause, to_do=""))


def _on_its_way(row: Listing) -> str:
    gone = Drift.objects.filter(listing=row, mended_at=None, finding=Drift.Finding.MISSING)
    if gone.exists():
        return "REMOVED_THERE"
    if row.due_full or row.due_stock:
        return "DUE" if row.next_try_at <= timezone.now() else "WAITS"
    if Receipt.objects.filter(pk=row.pk).exists():
        return "RECEIPT_AWAITED"
    if not row.confirmed_hash:
        return "NO_ROW"
    return "ACCEPTED" if row.outcome == Listing.Outcome.ACCEPTED else "APPLIED"


def _refusal(row: Listing) -> Reason:
    cause = causes.OF_REFUSAL.get(row.error_code, causes.NOT_KNOWN)
    named = causes.FIELDS.get(row.error_field.rpartition(".")[2])
    return Reason(row.error_code, cause, (named,) if named else cause.places, said=row.error_text)


def _as_confirmed(partner, row, wanted) -> tuple[bool | None, bool | None]:
    """Whether texts and offer are what the partner confirmed; the connector says what it makes of them."""
    if wanted is None or row is None or not row.confirmed_hash:
        return None, None
    try:
        connector = connect(partner)
        texts, offer = connector.content(wanted.content), connector.offer_part(wanted.offer)
    except BadCredentials:
        return None, None
    return (
        connector.digest(texts) == row.confirmed_hash,
        connector.digest(offer) == row.confirmed_offer_hash,
    )
