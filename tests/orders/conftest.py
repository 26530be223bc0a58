import pytest

from tests.factories.catalog import daily_terms
from tests.factories.orders import freight_rule


@pytest.fixture
def open_shop(db):
    """A day on which the mall can quote: rate, policy, freight of ¥12 and ¥6, free from ¥199."""
    daily_terms()
    freight_rule()
