"""Key-set paging, on users as rows (e-mail and id are unique together)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from kmall.models import User
from kmall.paging import Cursor, Order, paginate

NEWEST = Order(("is_staff", "pk"), (bool, int))
BY_EMAIL = Order(("email",), (str,), descending=False)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return User.objects.bulk_create(User(email=f"{n:02}@example.com", is_staff=n % 3 == 0) for n in range(10))


def walk(order, size, follow="next", cursor=""):
    """All pages from one end to the other, as lists of numbers."""
    pages = []
    while True:
        page = paginate(User.objects.all(), order=order, size=size, cursor=cursor)
        pages.append([int(user.email[:2]) for user in page.rows])
        last, cursor = page, getattr(page, follow)
        if not cursor:
            return pages, last


@pytest.mark.usefixtures("people")
def test_pages_follow_one_another_without_gap_or_overlap():
    assert walk(BY_EMAIL, 4)[0] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert walk(NEWEST, 4)[0] == [[9, 6, 3, 0], [8, 7, 5, 4], [2, 1]]


@pytest.mark.usefixtures("people")
def test_the_way_back_shows_the_same_pages():
    for order in (BY_EMAIL, NEWEST):
        forward, last = walk(order, 5)
        back, first = walk(order, 5, "previous", last.previous)
        assert back == list(reversed(forward[:-1]))
        assert first.previous == ""


@pytest.mark.usefixtures("people")
def test_a_short_page_on_the_way_back_becomes_a_whole_first_page():
    _, last = walk(BY_EMAIL, 4)
    User.objects.filter(email__lt="03").delete()
    before = paginate(User.objects.all(), order=BY_EMAIL, size=4, cursor=last.previous)
    first = paginate(User.objects.all(), order=BY_EMAIL, size=4, cursor=before.previous)
    assert [user.email[:2] for user in first.rows] == ["03", "04", "05", "06"]


@pytest.mark.usefixtures("people")
def test_a_row_that_was_sold_out_meanwhile_does_not_shift_the_next_page():
    first = paginate(User.objects.all(), order=BY_EMAIL, size=4, cursor=None)
    User.objects.filter(email__startswith="01").delete()
    second = paginate(User.objects.all(), order=BY_EMAIL, size=4, cursor=first.next)
    assert [user.email[:2] for user in second.rows] == ["04", "05", "06", "07"]


def test_a_page_is_one_row_comparison(people):
    cursor = str(Cursor(False, NEWEST.key_of(people[5])))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        paginate(User.objects.all(), order=NEWEST, size=4, cursor=cursor)
    (query,) = queries
    assert '("kmall_user"."is_staff", "kmall_user"."id") < (' in query["sql"]


@given(
    st.one_of(
        st.text(), st.binary().map(lambda b: b.hex()), st.sampled_from(["WzAsMV0", "WzAsIngiXQ", "bnVsbA"])
    )
)
def test_rubbish_is_the_first_page(text):
    assert NEWEST.read(text) is None
    assert Order(("sold", "pk"), (int, int)).read(text) is None


@given(st.booleans(), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20))
def test_a_cursor_is_read_back_as_it_was(backward, text):
    cursor = Cursor(backward, (text,))
    assert BY_EMAIL.read(str(cursor)) == cursor


def test_numbers_beyond_the_database_are_rubbish():
    assert Order(("pk",), (int,)).read(str(Cursor(False, (2**63,)))) is None
