"""What others may need to know of the catalogue. Sent inside the transaction that changes it.

A receiver writes rows of its own app with one statement, or registers an `on_commit`; nothing else.
"""

from django.dispatch import Signal

# product_ids: list[int], or None for "everything" (a new rate, a new policy).
# catalog/receivers.py keeps search rows and page versions with it: a sender need not.
# kinds: set of "text", "picture", "price", "stock", "state"; with "stock" also "turned", where a product came
# into stock or ran out.
product_changed = Signal()
