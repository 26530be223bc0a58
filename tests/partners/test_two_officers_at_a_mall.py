"""Two officers have a mall's page open: neither puts back unseen what the other changed."""

import pytest
from django.urls import reverse

from partners.models import PartnerMall
from tests.factories.partners import partner_mall
from tests.partners.boxes import boxes

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(db):
    return partner_mall(calls_per_second=10, batch_size=50)


@pytest.fixture(params=["change", "setup"])
def url(request, partner):
    """The mall's own page, and the first step while it is set up: both have its limits."""
    if request.param == "change":
        return reverse("admin:partners_partnermall_change", args=[partner.pk])
    PartnerMall.objects.update(state="setup")
    return reverse("admin:partners_partnermall_setup", args=[partner.pk, "connector"])


def row() -> tuple:
    return PartnerMall.objects.values_list("calls_per_second", "batch_size").get()


def test_what_was_not_touched_stays_as_a_colleague_left_it(kita, url):
    typed = boxes(kita.get(url)) | {"batch_size": "20"}
    PartnerMall.objects.update(calls_per_second=2)
    assert kita.post(url, typed).status_code == 302
    assert row() == (2, 20)


def test_what_both_changed_is_asked_for_again_and_what_was_typed_is_kept(kita, url):
    typed = boxes(kita.get(url)) | {"calls_per_second": "8", "batch_size": "20"}
    PartnerMall.objects.update(calls_per_second=2)
    answer = kita.post(url, typed)
    assert (answer.status_code, row()) == (200, (2, 50))
    assert "“2”" in answer.content.decode()
    again = boxes(answer)
    assert (again["calls_per_second"], again["batch_size"]) == ("8", "20")
    assert kita.post(url, again).status_code == 302
    assert row() == (8, 20)


def test_the_same_change_by_both_is_no_quarrel(kita, url):
    typed = boxes(kita.get(url)) | {"calls_per_second": "2"}
    PartnerMall.objects.update(calls_per_second=2)
    assert kita.post(url, typed).status_code == 302


def test_a_second_change_meanwhile_is_asked_for_once_more(kita, url):
    typed = boxes(kita.get(url)) | {"calls_per_second": "8"}
    for other in (2, 3):
        PartnerMall.objects.update(calls_per_second=other)
        answer = kita.post(url, typed)
        assert f"“{other}”" in answer.content.decode()
        typed = boxes(answer)
    assert row() == (3, 50)


def test_a_moved_address_and_connector_are_not_put_back(kita, partner):
    PartnerMall.objects.update(state="setup")
    url = reverse("admin:partners_partnermall_setup", args=[partner.pk, "connector"])
    typed = boxes(kita.get(url)) | {"name_ko": "새 이름"}
    PartnerMall.objects.update(base_url="https://new.example/", connector="ningbo")
    assert kita.post(url, typed).status_code == 302
    partner.refresh_from_db()
    now = (partner.base_url, partner.connector, partner.name_ko)
    assert now == ("https://new.example/", "ningbo", "새 이름")


def test_the_address_of_a_running_mall_is_not_put_back_either(kita, partner):
    url = reverse("admin:partners_partnermall_setup", args=[partner.pk, "connector"])
    typed = boxes(kita.get(url)) | {"name_ko": "새 이름"}
    PartnerMall.objects.update(base_url="https://new.example/")
    assert kita.post(url, typed).status_code == 302
    partner.refresh_from_db()
    assert (partner.base_url, partner.name_ko) == ("https://new.example/", "새 이름")
