"""Bulk loading with COPY."""

import pytest
from django.db import connection
from django.utils import timezone

from catalog.models import Seller
from kmall.copying import Table
from kmall.models import AuditEntry

NOW = timezone.now()


@pytest.mark.django_db
def test_what_goes_in_comes_out_whatever_letters_it_has():
    text = "탭\t 줄\n\\N 100% 纯淡 \\. 'quoted'"
    with Table(AuditEntry, now=NOW) as table:
        key = table.add(action=text, subject="catalog.product:1", data={"글": [1, "中"]})
    entry = AuditEntry.objects.get()
    assert (entry.pk, entry.action, entry.data, entry.ip) == (key, text, {"글": [1, "中"]}, None)
    assert entry.at == NOW


@pytest.mark.django_db
def test_keys_go_on_where_the_table_ends_and_the_sequence_follows():
    first = AuditEntry.objects.create(action="a", subject="b")
    with Table(AuditEntry, now=NOW) as table:
        assert [table.add(action="c", subject="d") for _ in range(3)] == [first.pk + at for at in (1, 2, 3)]
    assert AuditEntry.objects.create(action="e", subject="f").pk == first.pk + 4


@pytest.mark.django_db
def test_a_translated_column_holds_the_korean_text():
    with Table(Seller, now=NOW) as table:
        table.add(slug="s", brn="1248100998", name_ko="순담", name_zh_hans="纯淡")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, name_ko, name_zh_hans FROM catalog_seller")
        assert cursor.fetchall() == [("순담", "순담", "纯淡")]


@pytest.mark.django_db
def test_a_column_that_is_not_there_is_refused():
    with pytest.raises(TypeError, match="colour"):
        Table(AuditEntry, now=NOW).add(action="a", subject="b", colour="red")
