"""Signed links: a partner's listing or its Korean-goods section leads a shopper to us, with credit."""

import datetime

from django.conf import settings
from django.core.validators import slug_re

from kmall.signing import SignatureExpired, SignatureMismatch, claimed, sign, unsign
from partners.models import PartnerMall

PURPOSE = "partner-link"


class LinkTampered(Exception):
    """Not a link of ours. `product_id`, `partner`: where its holder probably wants to go, unverified.

    `claim` says what kind of link it pretends to be: `listing`, `section` or `rubbish`.
    """

    def __init__(self, product_id: int | None, partner: PartnerMall | None = None):
        super().__init__()
        self.product_id, self.partner = product_id, partner
        self.claim = "listing" if product_id else "section" if partner else "rubbish"


class LinkStale(LinkTampered):
    """A link of ours that is older than the partner's links may be, or of a partner that is closed."""


def link(partner: PartnerMall, product_id: int | None, day: datetime.date) -> str:
    """Address of a product, or without one of the partner's section, credited for `link_days` from `day`."""
    payload = {"p": partner.code} | ({"i": product_id} if product_id else {})
    at = int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp())
    return f"{settings.SITE_URL}/go/{sign(payload, purpose=PURPOSE, at=at)}/"


def read(token: str) -> tuple[PartnerMall, int | None]:
    """The partner that a link credits and the product it opens. Raises `LinkTampered` or `LinkStale`."""
    claim = claimed(token)
    product_id = claim.get("i") if isinstance(claim.get("i"), int) else None
    code = claim.get("p")
    is_code = isinstance(code, str) and slug_re.fullmatch(code)  # the database cannot ask for any text
    partner = PartnerMall.objects.filter(code=code).first() if is_code else None
    if partner is None:
        raise LinkTampered(product_id)
    try:
        unsign(token, purpose=PURPOSE, max_age=partner.link_days * 86400)
    except SignatureMismatch:
        raise LinkTampered(product_id, partner) from None
    except SignatureExpired:
        raise LinkStale(product_id, partner) from None
    if partner.state == PartnerMall.State.SETUP:
        raise LinkStale(product_id, partner)
    return partner, product_id


def signing_day(link_day: datetime.date | None, partner: PartnerMall, today: datetime.date) -> datetime.date:
    """The day that a listing's link carries: kept as long as it has a good half of its time before it.

    So that a listing does not change every day because of its link.
    """
    if link_day and (today - link_day).days < partner.link_days // 2:
        return link_day
    return today
