"""What people did with a partner mall, in the audit trail (writes)."""

from kmall.models import AuditEntry
from partners.models import PartnerMall


def note(partner: PartnerMall, deed: str, *, actor, **data) -> None:
    """Who did it and, in `data`, what changed: plain values, never a key."""
    AuditEntry.objects.create(
        actor=actor, action=deed, subject=f"partners.partnermall:{partner.code}", data=data
    )
