"""A seller's edit waits; what KITA approves is what is sold."""

import copy

import pytest
from django.urls import reverse

from catalog import approve
from catalog.models import Picture, Product, Revision, SearchRow, StockMovement
from catalog.proposal import current
from catalog.signals import product_changed
from kmall.models import AuditEntry
from tests.factories.catalog import sku_in_stock
from tests.factories.people import kita_officer, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    sku = sku_in_stock(7, price_krw=20_000)
    product = sku.product
    product.description_zh_hans = "晨起洁面后取两泵，轻拍至吸收。"
    product.save()
    Picture.objects.create(product=product, art={"kind": "serum"}, digest="0" * 64)
    return product


def edited(product, **fields):
    data = copy.deepcopy(current(product))
    data["fields"] |= fields
    return data


def submitted(product, data):
    author = member_of(product.seller)
    revision = approve.save_draft(product=product, author=author, data=data)
    return approve.submit(revision=revision, actor=author)


def test_the_approved_version_stays_on_sale_while_an_edit_waits(product):
    submitted(product, edited(product, name_zh_hans="新名字精华液"))
    product.refresh_from_db()
    assert (product.state, product.name_zh_hans == "新名字精华液") == ("on_sale", False)


def test_approving_changes_product_search_row_and_version_at_once(product):
    before = product.version
    revision = submitted(product, edited(product, name_zh_hans="新名字精华液"))
    approve.approve(revision=revision, actor=kita_officer())
    product.refresh_from_db()
    assert product.name_zh_hans == "新名字精华液"
    assert product.version > before
    assert SearchRow.objects.filter(product=product).exists()


def test_kita_sees_which_sentences_differ_and_reads_the_others_in_peace(product, client):
    product.description_zh_hans = "晨起洁面后取两泵。轻拍至吸收。<b>避光</b>保存。"
    product.save()
    text = "晨起洁面后取三泵。轻拍至吸收。<b>避光</b>保存。开封后一年内用完。"
    revision = submitted(product, edited(product, description_zh_hans=text))
    client.force_login(kita_officer())
    page = client.get(reverse("admin:catalog_revision_change", args=[revision.pk])).content.decode()
    same = "轻拍至吸收。&lt;b&gt;避光&lt;/b&gt;保存。"
    assert f"<del>晨起洁面后取两泵。</del>{same}</td>" in page
    assert f"<ins>晨起洁面后取三泵。</ins>{same}<ins>开封后一年内用完。</ins></td>" in page


def test_approving_tells_which_kinds_of_thing_changed(product):
    data = current(product)
    data["skus"][0]["price_krw"] = 25_000
    revision = submitted(product, data)
    told = []

    def listen(sender, product_ids, kinds, **kwargs):
        told.append((product_ids, kinds))

    product_changed.connect(listen)
    try:
        approve.approve(revision=revision, actor=kita_officer())
    finally:
        product_changed.disconnect(listen)
    assert told == [([product.pk], {"price"})]


def test_a_new_sku_opens_with_its_stock_in_the_ledger(product):
    data = current(product)
    new = {**data["skus"][0], "id": None, "code": "NEW-1", "label_zh_hans": "双瓶装", "opening": 12}
    data["skus"].append(new)
    approve.approve(revision=submitted(product, data), actor=kita_officer())
    sku = product.skus.get(code="NEW-1")
    assert (sku.stock.on_hand, [m.delta for m in StockMovement.objects.filter(sku=sku)]) == (12, [12])


def test_a_sku_left_out_leaves_the_offer_and_keeps_its_history(product):
    data = current(product)
    left_out = data["skus"][0]["id"]
    data["skus"] = [{**data["skus"][0], "id": None, "code": "OTHER", "opening": 1}]
    approve.approve(revision=submitted(product, data), actor=kita_officer())
    assert dict(product.skus.values_list("pk", "is_active"))[left_out] is False


def test_a_picture_named_twice_is_still_the_cover(product):
    cover = Picture.objects.get()
    other = Picture.objects.create(product=product, art={"kind": "serum"}, digest="1" * 64, position=5)
    data = current(product) | {"pictures": [cover.pk, cover.pk, other.pk]}
    approve.approve(revision=submitted(product, data), actor=kita_officer())
    assert dict(product.pictures.values_list("pk", "position")) == {cover.pk: 0, other.pk: 1}


def test_a_return_keeps_the_edit_and_names_reasons_by_field(product):
    revision = submitted(product, edited(product, name_zh_hans="新名字精华液"))
    approve.send_back(revision=revision, actor=kita_officer(), reasons={"name_zh_hans": "품명이 다릅니다"})
    revision.refresh_from_db()
    assert (revision.state, revision.reasons) == ("returned", {"name_zh_hans": "품명이 다릅니다"})
    assert revision.data["fields"]["name_zh_hans"] == "新名字精华液"


def test_an_edit_taken_back_cannot_be_approved(product):
    revision = submitted(product, edited(product, name_zh_hans="新名字精华液"))
    approve.save_draft(product=product, author=None, data=edited(product, name_zh_hans="又一个名字"))
    with pytest.raises(approve.NotWaiting):
        approve.approve(revision=revision, actor=kita_officer())


def test_nobody_approves_twice(product):
    revision = submitted(product, edited(product, name_zh_hans="新名字精华液"))
    approve.approve(revision=revision, actor=kita_officer())
    with pytest.raises(approve.NotWaiting):
        approve.approve(revision=revision, actor=kita_officer())
    assert AuditEntry.objects.filter(action="approve").count() == 1


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name_zh_hans", "全网最佳精华液"),
        ("name_zh_hans", "最 佳 精华液"),
        ("description_zh_hans", "韓國第一步護膚"),
        ("description_zh_hans", "三天祛斑美白"),
        ("name_zh_hans", ""),
    ],
)
def test_a_listing_that_may_not_be_shown_in_china_is_not_submitted(product, field, text):
    revision = approve.save_draft(product=product, author=None, data=edited(product, **{field: text}))
    with pytest.raises(approve.Incomplete) as problem:
        approve.submit(revision=revision, actor=None)
    assert set(problem.value.lacking) == {field}


@pytest.mark.parametrize(
    "text", ["最近上新的精华液", "第一步洁面，最后涂抹", "最佳食用期见瓶底", "唯一识别码在包装背面"]
)
def test_ordinary_words_that_hold_a_blocked_character_pass(product, text):
    revision = approve.save_draft(
        product=product, author=None, data=edited(product, description_zh_hans=text)
    )
    assert approve.submit(revision=revision, actor=None).state == Revision.State.SUBMITTED


def test_submitting_what_is_on_sale_already_is_refused(product):
    revision = approve.save_draft(product=product, author=None, data=current(product))
    with pytest.raises(approve.NothingChanged):
        approve.submit(revision=revision, actor=None)


def test_a_product_taken_off_leaves_search_and_comes_back_as_it_was(product):
    approve.take_off(product=product, actor=None, state=Product.State.WITHDRAWN)
    assert not SearchRow.objects.filter(product=product).exists()
    approve.put_back(product=product, actor=None, by_kita=False)
    assert SearchRow.objects.filter(product=product).exists()
