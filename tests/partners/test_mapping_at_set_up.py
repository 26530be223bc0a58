"""The step of a set-up, or of a running mall, that gives each category of ours one of the mall's."""

import pytest

from catalog.models import Product
from partners.models import CategoryMap
from tests.factories.catalog import CategoryFactory, daily_terms
from tests.factories.partners import changed, listable, skin_care
from tests.partners.convergence import converge
from tests.partners.opening import begun, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(db):
    """Ours: 护肤 with 面膜 and 精华 below it, and 螺丝 that is like nothing of the mall's."""
    top = skin_care()
    type(top).objects.filter(pk=top.pk).update(name_zh_hans="护肤")
    below = [
        CategoryFactory(parent=top, path=f"{top.path}{number}.", depth=1, name_zh_hans=name)
        for number, name in (("001", "面膜"), ("002", "精华"))
    ]
    return [top, *below, CategoryFactory(name_zh_hans="螺丝")]


def boxes(form) -> dict:
    return {row.node.name_zh_hans: row.box.value() or "" for row in form.rows}


def test_suggestions_fill_the_empty_boxes_and_are_not_saved_unseen(kita, sandbox, tree):
    mall = begun(kita, sandbox, upto="categories")
    typed = {f"code-{tree[0].pk}": "护肤", "do": "suggest"}
    filled = kita.post(page(mall, "categories"), typed).context["form"]
    assert boxes(filled) == {
        "护肤": "护肤",
        "面膜": "美妆个护 / 面膜 (beauty-mask)",
        "精华": "美妆个护 / 护肤 (beauty-skincare)",
        "螺丝": "",
    }
    assert not CategoryMap.objects.exists()
    kita.post(
        page(mall, "categories"),
        {row.box.html_name: row.box.value() or "" for row in filled.rows} | {"do": "save"},
    )
    found = dict(CategoryMap.objects.values_list("category", "remote_code"))
    assert found == {tree[0].pk: "beauty-skincare", tree[1].pk: "beauty-mask", tree[2].pk: "beauty-skincare"}


def test_what_was_filled_in_counts_as_mapped_and_as_not_saved_yet(kita, sandbox, tree):
    mall = begun(kita, sandbox, upto="categories")
    answer = kita.post(page(mall, "categories"), {"do": "suggest"})
    assert (answer.context["mapped"], answer.context["leaves"]) == (2, 3)
    assert {row.node.name_zh_hans for row in answer.context["form"].rows if row.is_new} == {"面膜", "精华"}
    assert answer.content.decode().count("아직 저장하지 않음") == 2


def test_groups_with_what_was_filled_in_or_is_wrong_stand_open_and_are_linked(kita, sandbox, tree):
    mall = begun(kita, sandbox, upto="rule")
    assert not _opened(kita.get(page(mall, "categories")), tree[0])
    filled = kita.post(page(mall, "categories"), {f"code-{tree[1].pk}": "面膜", "do": "suggest"})
    assert _opened(filled, tree[0])
    links = filled.content.decode().partition('<section class="card tree map">')[0]
    assert f'href="#id_code-{tree[1].pk}"' in links
    wrong = {f"code-{tree[0].pk}": "beauty-skincare", f"code-{tree[2].pk}": "없는 분류", "do": "save"}
    refused = kita.post(page(mall, "categories"), wrong)
    assert _opened(refused, tree[0])
    links = refused.content.decode().partition('<section class="card tree map">')[0]
    assert f'href="#id_code-{tree[2].pk}"' in links


def _opened(answer, top) -> bool:
    return next(is_open for node, _rows, is_open in answer.context["form"].groups() if node.pk == top.pk)


def test_the_map_is_done_when_nothing_that_the_rule_selects_waits_for_it(kita, sandbox, tree):
    daily_terms()
    mall = begun(kita, sandbox, upto="rule")
    assert _way_on(kita, mall) == page(mall, "rule")
    product = listable()
    Product.objects.filter(pk=product.pk).update(category=tree[3])
    kita.post(page(mall, "rule"), {"do": "save"})
    assert not kita.get(page(mall, "categories")).context["steps"][3].is_done
    kita.post(page(mall, "rule"), {"categories": str(tree[0].pk), "do": "save"})
    assert _way_on(kita, mall) == page(mall, "price")
    assert kita.get(page(mall, "categories")).context["steps"][3].is_done


def test_a_set_up_gets_on_past_goods_that_the_mall_has_no_place_for_and_says_so(kita, sandbox, tree):
    daily_terms()
    mall = begun(kita, sandbox, upto="price")
    for _ in range(2):
        Product.objects.filter(pk=listable().pk).update(category=tree[3])
    answer = kita.get(page(mall, "next"), follow=True)
    assert answer.redirect_chain[-1][0] == page(mall, "price")
    *_, told = map(str, answer.context["messages"])
    assert "상품 2개" in told
    assert f'href="{page(mall, "categories")}"' in told
    assert "2개" in answer.context["steps"][3].words
    CategoryMap.objects.all().delete()
    assert _way_on(kita, mall) == page(mall, "categories")


def test_goods_without_a_place_lead_to_the_boxes_of_their_categories(kita, sandbox, tree):
    daily_terms()
    mall = begun(kita, sandbox)
    for category in (tree[3], tree[3], *(CategoryFactory() for _ in range(13))):
        Product.objects.filter(pk=listable().pk).update(category=category)
    said = kita.get(page(mall, "start")).content.decode().partition('id="preview"')[2]
    assert f'href="{page(mall, "categories")}?at={tree[3].pk}#id_code-{tree[3].pk}"' in said
    assert said.count("#id_code-") == 14
    assert "외 2건" in said
    here = kita.post(page(mall, "categories"), {f"code-{tree[0].pk}": "护肤", "do": "look"})
    assert f'href="#id_code-{tree[3].pk}"' in here.content.decode().partition('id="preview"')[2]


def _way_on(kita, mall) -> str:
    return kita.get(page(mall, "next")).url


def test_what_is_not_mapped_is_listed_and_an_ancestor_counts(kita, sandbox, tree):
    mall = begun(kita, sandbox, upto="rule")
    answer = kita.get(page(mall, "categories"))
    assert (answer.context["mapped"], answer.context["leaves"]) == (2, 3)
    assert [row.node.name_zh_hans for row in answer.context["unmapped"]] == ["螺丝"]
    assert {row.node.name_zh_hans: row.via for row in answer.context["form"].rows if row.via} == {
        "面膜": tree[0].name,
        "精华": tree[0].name,
    }


def test_a_category_that_the_mall_does_not_have_is_refused_at_its_box(kita, sandbox, tree):
    mall = begun(kita, sandbox, upto="categories")
    name = f"code-{tree[0].pk}"
    answer = kita.post(page(mall, "categories"), {name: "없는 분류", "do": "save"})
    assert list(answer.context["form"].errors) == [name]
    assert "없는 분류" in answer.content.decode()


def test_a_category_that_the_mall_gave_up_is_pointed_out(kita, sandbox, tree):
    mall = begun(kita, sandbox, upto="rule")
    CategoryMap.objects.update(remote_code="beauty-gone")
    answer = kita.get(page(mall, "categories"))
    assert [row.node.pk for row in answer.context["gone"]] == [tree[0].pk]


def test_a_running_malls_map_is_shown_before_it_is_saved(kita, sandbox, mall):
    product = listable()
    changed(product, "state")
    converge(mall)
    kita.post(page(mall, "call"))
    data = {f"code-{skin_care().pk}": "beauty-mask"}
    looked = kita.post(page(mall, "categories"), data | {"do": "look"})
    assert looked.context["preview"].changed.count == 1
    kita.post(page(mall, "categories"), data | {"do": "save"})
    assert CategoryMap.objects.get().remote_code == "beauty-skincare"
    kita.post(page(mall, "categories"), data | {"do": "save", "seen": looked.context["seen"]})
    mall.refresh_from_db()
    converge(mall)
    assert sandbox.state()["items"][f"P{product.pk}"]["content"]["category"] == "beauty-mask"


def test_goods_whose_category_has_no_code_any_more_are_shown_as_withdrawn_and_are(kita, sandbox, mall):
    """Two lose their code, one goes by the category above it."""
    above, alone = skin_care(), CategoryFactory()
    below = CategoryFactory(parent=above, path=f"{above.path}001.", depth=1)
    goods = [listable() for _ in range(3)]
    for product, category in zip(goods, (alone, alone, below), strict=True):
        CategoryMap.objects.update_or_create(
            partner=mall, category=category, defaults={"remote_code": "beauty-mask"}
        )
        Product.objects.filter(pk=product.pk).update(category=category)
        changed(product, "state")
    converge(mall)
    kita.post(page(mall, "call"))
    data = {f"code-{above.pk}": "beauty-skincare", f"code-{alone.pk}": "", f"code-{below.pk}": ""}
    looked = kita.post(page(mall, "categories"), data | {"do": "look"})
    found = looked.context["preview"]
    shown = [{product.pk for product in group.samples} for group in (found.withdrawn, found.changed)]
    assert (found.withdrawn.count, found.changed.count, found.kept) == (2, 1, 0)
    assert shown == [{goods[0].pk, goods[1].pk}, {goods[2].pk}]
    kita.post(page(mall, "categories"), data | {"do": "save", "seen": looked.context["seen"]})
    mall.refresh_from_db()
    converge(mall)
    items = sandbox.state()["items"]
    assert [items[f"P{product.pk}"]["state"] for product in goods] == ["withdrawn", "withdrawn", "shown"]
