"""What others gave back of an order, as the apps above know it: each adds its function to `known` (reads)."""

from collections.abc import Callable

from orders.models import Order

known: list[Callable[[Order], list[str]]] = []


def given_elsewhere(order: Order) -> list[str]:
    """Sentences in the reader's language, of money given back that no refund of ours accounts for."""
    return [sentence for of in known for sentence in of(order)]
