"""KITA decides on what stands on the page it has read, and on nothing else."""

import copy

import pytest
from django.urls import reverse

from catalog import approve
from catalog.models import Product, Revision
from catalog.proposal import current
from tests.catalog.editing import on_sale
from tests.factories.people import kita_officer
from tests.races.rival import run_before

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    return on_sale()


@pytest.fixture
def kita(client):
    client.force_login(kita_officer())
    return client


def submit(product, **fields):
    data = copy.deepcopy(current(product))
    data["fields"] |= fields
    return approve.submit(revision=approve.save_draft(product=product, author=None, data=data), actor=None)


def read(client, revision) -> dict:
    """Opens the page as an officer does: what its form posts with either button."""
    page = client.get(address(revision))
    return {"seen": page.context["seen"]} if "seen" in page.context else {}


def address(revision):
    return reverse("admin:catalog_revision_change", args=[revision.pk])


@pytest.mark.parametrize("button", ["approve", "return"])
def test_what_was_submitted_anew_meanwhile_is_not_decided_unseen(kita, product, button):
    revision = submit(product, name_zh_hans="新名字精华液")
    post = read(kita, revision)
    submit(product, name_zh_hans="另一种精华液")
    page = kita.post(address(revision), post | {button: "1", "reason:name_zh_hans": "품명이 다릅니다"})
    text = page.content.decode()
    for said in ("보시는 동안 셀러가", "另一种精华液", "품명이 다릅니다"):
        assert said in text
    revision.refresh_from_db()
    on_sale_now = Product.objects.get().name_zh_hans
    assert (revision.state, revision.reasons, on_sale_now) == ("submitted", {}, product.name_zh_hans)


def test_a_reason_for_a_field_that_changes_no_more_is_kept_for_the_whole(kita, product):
    revision = submit(product, name_zh_hans="新名字精华液")
    post = read(kita, revision)
    submit(product, brand_zh_hans="新品牌")
    typed = {"reason:name_zh_hans": "품명이 다릅니다", "reason:": "사진도"}
    page = kita.post(address(revision), post | typed | {"return": "1"})
    assert page.context["whole_reason"] == "사진도 / 이름(중국어): 품명이 다릅니다"


@pytest.mark.parametrize(("button", "state"), [("approve", "approved"), ("return", "returned")])
def test_what_was_read_anew_is_decided(kita, product, button, state):
    revision = submit(product, name_zh_hans="新名字精华液")
    read(kita, revision)
    submit(product, name_zh_hans="另一种精华液")
    kita.post(address(revision), read(kita, revision) | {button: "1", "reason:": "사진이 흐립니다"})
    revision.refresh_from_db()
    assert revision.state == state


def test_a_return_without_a_reason_is_told_on_the_page(kita, product):
    revision = submit(product, name_zh_hans="新名字精华液")
    page = kita.post(address(revision), read(kita, revision) | {"return": "1"})
    assert page.status_code == 200
    assert "반려" in page.content.decode()
    assert Revision.objects.get().state == "submitted"


@pytest.mark.django_db(transaction=True)
def test_one_taken_back_meanwhile_does_not_keep_the_others_from_being_returned(kita, product):
    taken, other = (submit(goods, name_zh_hans="新名字精华液") for goods in (product, on_sale()))

    def take_back():
        approve.save_draft(product=product, author=None, data=taken.data)

    chosen = {
        "action": "return_chosen",
        "_selected_action": [taken.pk, other.pk],
        "reason": "사진이 흐립니다",
    }
    with run_before(approve, "send_back", take_back):
        page = kita.post(reverse("admin:catalog_revision_changelist"), chosen, follow=True)
    states = dict(Revision.objects.values_list("pk", "state"))
    assert states == {taken.pk: "draft", other.pk: "returned"}
    assert len(page.context["messages"]) == 2
