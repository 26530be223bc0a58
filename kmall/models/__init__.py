from kmall.models.audit import AuditEntry
from kmall.models.user import User

__all__ = ["AuditEntry", "User"]
