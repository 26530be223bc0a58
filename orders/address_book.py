"""A user's addresses: kept, changed, one of them the default."""

from django.db import transaction

from orders import locks
from orders.models import Address


@transaction.atomic
def keep_address(*, user, fields: dict, address: Address | None = None) -> Address:
    """Save an address (cleaned `fields` of the model). The first, or one with `is_default`, is default."""
    locks.address_book(user)
    address = address or Address(user=user)
    is_default = fields.get("is_default") or not user.addresses.exclude(pk=address.pk).exists()
    if is_default:
        user.addresses.filter(is_default=True).exclude(pk=address.pk).update(is_default=False)
    for name, value in fields.items():
        setattr(address, name, value)
    address.is_default = is_default
    address.save()
    return address


@transaction.atomic
def drop_address(*, address: Address) -> None:
    """Delete an address; the newest of the others takes its place as default."""
    user, was_default = address.user, address.is_default
    locks.address_book(user)
    address.delete()
    if was_default and (heir := user.addresses.order_by("-id").first()):
        heir.is_default = True
        heir.save(update_fields=["is_default"])
