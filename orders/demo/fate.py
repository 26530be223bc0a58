"""What became of an order, and when (pure)."""

import random
from datetime import datetime, timedelta

from orders.models import Order

Of = Order.State
Times = dict[str, datetime | None]
EXPIRED, CANCELLED, REFUNDED = 0.03, 0.04, 0.052  # shares of orders, each on top of the one before


def state_of(at: datetime, now: datetime, is_ours: bool, chance: random.Random) -> str:
    """Where an order placed at a moment stands now. What a partner sold is paid from the start."""
    lot, age = chance.random(), now - at
    if is_ours:
        if lot < EXPIRED:
            return Of.EXPIRED
        if lot < CANCELLED:
            return Of.CANCELLED
        if lot < REFUNDED and age > timedelta(days=2):
            return Of.REFUNDED
    if age < timedelta(hours=14) or (age < timedelta(days=3) and lot > 0.55):
        return Of.PAID
    return Of.SHIPPED if age < timedelta(days=8 + 6 * lot) else Of.COMPLETED


def times_of(at: datetime, state: str, now: datetime, chance: random.Random) -> Times:
    """When it was placed, paid, shipped, received and closed; None for what did not happen."""
    paid = at + timedelta(seconds=chance.randint(20, 700))
    shipped = min(paid + timedelta(hours=chance.uniform(5, 60)), now - timedelta(minutes=5))
    received = min(shipped + timedelta(days=chance.uniform(4, 11)), now - timedelta(minutes=2))
    closed = {
        Of.EXPIRED: at + timedelta(minutes=15),
        Of.CANCELLED: at + timedelta(seconds=chance.randint(60, 800)),
        Of.REFUNDED: paid + timedelta(hours=chance.uniform(2, 40)),
        Of.COMPLETED: received,
    }
    return {
        "placed": at,
        "paid": None if state in (Of.EXPIRED, Of.CANCELLED) else paid,
        "shipped": shipped if state in (Of.SHIPPED, Of.COMPLETED) else None,
        "received": received if state == Of.COMPLETED else None,
        "closed": closed.get(state),
    }
