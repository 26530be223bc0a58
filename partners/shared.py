"""Signed addresses for a partner's own people and machines: they open without a login, and can be revoked."""

from django.conf import settings
from django.urls import reverse

from kmall.signing import SignatureMismatch, sign, unsign
from partners.models import PartnerMall, SharedAddress
from partners.models.address import new_key

Purpose = SharedAddress.Purpose


def address_of(partner: PartnerMall, purpose: str) -> str:
    """The address that is good now; the same one until it is revoked."""
    row, _is_new = SharedAddress.objects.get_or_create(partner=partner, purpose=purpose)
    token = sign({"p": partner.code, "k": row.key}, purpose=f"partner-{purpose}", at=0)
    return settings.SITE_URL + reverse(f"links:{purpose}", args=[token])


def partner_of(token: str, purpose: str) -> PartnerMall:
    """Whose address it is. Raises `SignatureMismatch` for a forged or a revoked one."""
    payload = unsign(token, purpose=f"partner-{purpose}")
    rows = SharedAddress.objects.filter(purpose=purpose, partner__code=payload["p"], key=payload["k"])
    if (row := rows.select_related("partner").first()) is None:
        raise SignatureMismatch
    return row.partner


def revoke(partner: PartnerMall, purpose: str) -> None:
    """Make the address given before worthless; `address_of` gives the new one (writes)."""
    SharedAddress.objects.update_or_create(partner=partner, purpose=purpose, defaults={"key": new_key()})
