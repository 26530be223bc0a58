"""A partner mall's people at the desk: what is offered to their mall, their orders, and nothing else."""

import pytest
from django.contrib import admin
from django.urls import reverse

from partners.models import Listing, PartnerMall
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.factories.people import works_at

pytestmark = pytest.mark.django_db
LISTS = ["partners.listing", "partners.partnerorder"]


@pytest.fixture
def mall():
    daily_terms()
    mall = partner_mall()
    changed(listable(name_ko="수분 앰플", name_zh_hans="保湿安瓶"), "state")
    mall.orders.create(remote_id="IGM-1001", raw="{}", came_by="pull")
    return mall


@pytest.fixture
def viewer(client, mall):
    client.force_login(works_at(mall))
    return client


def list_of(label: str) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_changelist")


def test_the_start_page_says_what_may_be_seen_and_how_much_there_is(viewer, mall):
    page = viewer.get(reverse("admin:index"))
    assert page.context["desk_name"] == mall.name
    (panel,) = [context for _template, context in page.context["panels"]]
    assert [number for _label, number, _url, _tone in panel["figures"]] == [0, 1, 0, 1]
    assert "읽기 전용" in page.content.decode()


def test_each_figure_of_the_start_page_leads_to_as_many_rows(viewer, mall):
    changed(listable(), "state")
    Listing.objects.filter(pk=Listing.objects.last().pk).update(is_wanted=False)
    (panel,) = [context for _template, context in viewer.get(reverse("admin:index")).context["panels"]]
    led_to = [viewer.get(url).context["cl"].result_count for _label, _number, url, _tone in panel["figures"]]
    assert led_to == [number for _label, number, _url, _tone in panel["figures"]]


def test_its_menu_has_its_page_and_its_two_lists(viewer):
    menu = viewer.get(reverse("admin:index")).context["desk_menu"]
    pages = ["/admin/", reverse("admin:partners_standing")]
    assert [link.path for group in menu for link in group.links] == [*pages, *map(list_of, LISTS)]


def test_it_reads_its_listings_and_orders(viewer):
    assert "수분 앰플" in viewer.get(list_of("partners.listing")).content.decode()
    assert "IGM-1001" in viewer.get(list_of("partners.partnerorder")).content.decode()


def test_every_other_list_and_every_form_is_closed_to_it(viewer):
    opened = []
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.first()
        pages = [("add", []), *((kind, [row.pk]) for kind in ("change", "history", "delete") if row)]
        urls = [reverse(f"admin:{name}_{kind}", args=args) for kind, args in pages]
        if model._meta.label_lower not in LISTS:
            urls.append(list_of(model._meta.label_lower))
        opened += [url for url in urls if viewer.get(url).status_code == 200]
    assert opened == []
    assert viewer.get(reverse("admin:orders_sales")).status_code == 403


def test_it_sends_nothing_again(viewer, mall):
    data = {"action": "send_again", "_selected_action": [Listing.objects.get().pk]}
    Listing.objects.update(next_try_at="2030-01-01T00:00Z")
    viewer.post(list_of("partners.listing"), data)
    assert Listing.objects.get().next_try_at.year == 2030
    assert PartnerMall.objects.get() == mall
