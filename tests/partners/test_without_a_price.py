"""A day without a rate, or without a tax rate, holds up what needs one and nothing else."""

import datetime

import pytest
from django.utils import timezone

from catalog.models import ExchangeRate, HsCode, Product, TaxRate
from catalog.tax import Kind
from partners.models import Listing
from partners.sync import drain, sync
from tests.factories.partners import changed, listable
from tests.partners.convergence import converge

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)


def state_of(sandbox, product) -> str:
    return sandbox.state()["items"][f"P{product.pk}"]["state"]


def test_goods_are_taken_off_on_a_day_without_a_rate(sandbox, mall):
    suspended, other = listable(), listable()
    for product in (suspended, other):
        changed(product, "state")
    converge(mall)
    ExchangeRate.objects.all().delete()
    changed(suspended, "state", state="withdrawn")
    changed(other, "text", name_zh_hans="新名字的精华液")
    sync(mall)
    assert (state_of(sandbox, suspended), state_of(sandbox, other)) == ("withdrawn", "shown")
    waiting = Listing.objects.get(due_full=True)
    assert (waiting.product_id, waiting.lease, waiting.attempts) == (other.pk, None, 0)
    assert waiting.next_try_at > timezone.now()


def test_a_missing_tax_rate_holds_up_its_own_goods_alone(sandbox, mall):
    book, cream = listable(), listable()
    hs = HsCode.objects.get(pk=book.hs_id)
    hs.pk, hs.code, hs.vat = None, "4901990000", HsCode.Vat.LOWER
    hs.save()
    Product.objects.filter(pk=book.pk).update(hs=hs)
    TaxRate.objects.filter(kind=Kind.VAT_LOWER).update(valid_to=YESTERDAY)
    for product in (cream, book):
        changed(product, "state")
    drain(mall.pk)
    assert sandbox.state()["items"].keys() == {f"P{cream.pk}"}
    assert list(Listing.objects.filter(due_full=True, lease=None).values_list("product", flat=True)) == [
        book.pk
    ]
