import datetime
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import DecimalField, QuerySet

from catalog.models import Category, ExchangeRate
from kmall.database import (
    Busy,
    InForce,
    Prepared,
    among_parameter,
    columns,
    instances,
    lock_timeout,
    on_violation,
    parameter,
)
from partners.models import PartnerMall
from tests.factories.partners import partner_mall


class NotPositive(Exception):
    pass


def rate(value, day=24):
    return ExchangeRate.objects.create(date=f"2026-11-{day:02}", rate=value, source="test")


@pytest.mark.django_db
def test_a_violated_constraint_becomes_the_exception_named_for_it():
    with pytest.raises(NotPositive), on_violation("rate_positive", NotPositive):
        rate(0)


@pytest.mark.django_db
def test_another_constraint_stays_what_it_is():
    with pytest.raises(IntegrityError), on_violation("some_other_rule", NotPositive):
        rate(0)


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_does_not_come_in_time_is_busy():
    row = rate(1)
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            ExchangeRate.objects.filter(pk=row.pk).update(source="rival")
            held.set()
            done.wait(10)
        connection.close()

    rival = threading.Thread(target=hold)
    rival.start()
    held.wait(10)
    try:
        with pytest.raises(Busy), transaction.atomic(), lock_timeout(0.05):
            ExchangeRate.objects.filter(pk=row.pk).update(source="we")
    finally:
        done.set()
        rival.join()


@pytest.mark.django_db
def test_the_time_limit_ends_with_its_block():
    with lock_timeout(0.05):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.django_db
def test_a_prepared_read_is_planned_once_a_connection_and_sees_what_is_there():
    read = Prepared(
        "rates_over", "SELECT rate FROM catalog_exchangerate WHERE rate > %(least)s", {"least": "numeric"}
    )
    rate(2)
    assert read.rows(least=1) == [(2,)]
    ExchangeRate.objects.update(rate=3)
    assert read.rows(least=1) == [(3,)]
    assert read.rows(least=5) == []
    assert planned("rates_over") == 1


@pytest.mark.django_db(transaction=True)
def test_a_prepared_read_is_not_planned_anew_for_each_value():
    read = Prepared(
        "some_rates", "SELECT rate FROM catalog_exchangerate ORDER BY date LIMIT %(most)s", {"most": "int"}
    )
    for most in range(8):
        read.rows(most=most)
    with connection.cursor() as cursor:
        sql = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = %s"
        cursor.execute(sql, ["some_rates"])
        assert cursor.fetchone() == (8, 0)


@pytest.mark.django_db(transaction=True)
def test_a_prepared_read_outlives_a_rollback_and_a_lost_connection():
    read = Prepared("one_more", "SELECT %(number)s + 1", {"number": "int"})
    with transaction.atomic():
        assert read.rows(number=1) == [(2,)]
        transaction.set_rollback(True)
    assert read.rows(number=2) == [(3,)]
    connection.close()
    assert read.rows(number=3) == [(4,)]


@pytest.mark.django_db
def test_a_prepared_queryset_gets_its_parameters_each_time():
    def newest():
        rows = ExchangeRate.objects.filter(source="test", rate__gt=parameter("least", DecimalField()))
        return rows.filter(pk__in=among_parameter("ids")).order_by("rate").values_list("rate", "source")

    read = Prepared("newest_rates", newest, {"least": "numeric", "ids": "bigint[]"})
    ids = [rate(2, day=day).pk for day in (1, 2, 3)]
    assert read.rows(least=1, ids=ids[:2]) == [(2, "test")] * 2
    assert read.rows(least=2, ids=ids) == []
    assert planned("newest_rates") == 1


@pytest.mark.django_db
def test_a_queryset_that_translates_is_not_prepared():
    """It puts its columns in any order."""
    read = Prepared("names", lambda: Category.objects.values_list("pk", "name"), {})
    with pytest.raises(TypeError):
        read.rows()


def planned(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = %s", [name])
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_instances_of_a_prepared_read_are_as_their_own_query_makes_them():
    stored = partner_mall("http://127.0.0.1:9", rule={"in_stock": True}, price_factor="1.1000")
    stored.refresh_from_db()
    but = {"credentials"}
    read = Prepared(
        "a_mall",
        lambda: QuerySet(PartnerMall).filter(pk=parameter("pk")).values_list(*columns(PartnerMall, but=but)),
        {"pk": "bigint"},
    )
    [row] = instances(PartnerMall, read.rows(pk=stored.pk), but=but)
    names = columns(PartnerMall, but=but)
    assert [getattr(row, name) for name in names] == [getattr(stored, name) for name in names]
    assert row.get_deferred_fields() == but
    assert row == stored


@pytest.mark.django_db
def test_what_is_in_force_is_the_newest_that_has_begun():
    rates = InForce(ExchangeRate, "date")
    older, newer = rate(2, day=20), rate(3, day=24)
    days = [datetime.date(2026, 11, day) for day in (19, 20, 23, 24, 30)]
    assert [rates.at(day) for day in days] == [None, older, older, newer, newer]
