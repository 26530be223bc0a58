"""What people did with a partner mall, in the audit trail (writes)."""

from kmall.models import AuditEntry
from partners.models import PartnerMall


def note(partner: PartnerMall, deed: str, *, actor, **data) -> None:
    """Who did it (None: nobody, it came about) and, in `data`, what changed: plain values, never a key."""
    AuditEntry.objects.create(actor=actor, action=deed, subject=subject_of(partner.code), data=data)


def subject_of(code: str) -> str:
    """What the entries of the mall with this code are about."""
    return f"partners.partnermall:{code}"


def renamed(before: str, after: str) -> None:
    """A mall in set-up got another code: what was done with it stays with it."""
    AuditEntry.objects.filter(subject=subject_of(before)).update(subject=subject_of(after))
