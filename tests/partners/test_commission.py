"""What a partner earns: the rule of the day for each line's category, frozen with the sale."""

import datetime
import uuid
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Category
from orders.models import Order, OrderLine
from orders.place import place_order
from orders.reports.proof import differences
from partners import inbound
from partners.commission import Rule, earned, rate_on
from partners.credit import open_visit
from partners.models import CommissionRule
from tests.factories.catalog import CategoryFactory, daily_terms
from tests.factories.orders import Shopper
from tests.factories.partners import changed, listable, partner_mall, skin_care
from tests.factories.people import kita_officer
from tests.partners.convergence import converge, work_orders
from tests.tables import fen, number, rows

today = timezone.localdate  # asked each time: a run may go on past midnight
DAY = datetime.timedelta(days=1)
RULES = reverse("admin:partners_commissionrule_changelist")
BRANCHES = ["", "001.", "001.001.", "001.001.002.", "0010.", "002."]


def rule(text: str) -> Rule:
    branch, day, *rate = text.split()
    share = None if rate == ["none"] else Decimal(number(rate[0])) / 100
    return Rule("" if branch == "all" else branch, datetime.date.fromisoformat(day), share)


def test_the_page_of_money_is_what_a_line_earns():
    for row in rows("money.md", "commission of a line of ¥100.05 in 002.001., with rules"):
        rules = [rule(text) for text in row["rules (branch, from, rate)"].split(";") if text.strip()]
        day = datetime.date.fromisoformat(row["day"])
        assert earned(rules, [(1, "002.001.", 10_005)], day)[1][1] == fen(row["commission"]), row


DAYS = st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 1, 9))
RATES = st.none() | st.decimals(0, 1, places=4)
ANY_RULES = st.lists(
    st.builds(Rule, st.sampled_from(BRANCHES), DAYS, RATES),
    unique_by=lambda rule: (rule.path, rule.valid_from),
)


@given(ANY_RULES, st.sampled_from(BRANCHES[1:]), DAYS)
def test_the_nearest_branch_with_a_rate_in_force_decides(rules, path, day):
    parts = path.split(".")[:-1]
    expected = Decimal(0)
    for branch in ["", *(".".join(parts[:depth]) + "." for depth in range(1, len(parts) + 1))]:
        dated = {
            rule.valid_from: rule.rate for rule in rules if rule.path == branch and rule.valid_from <= day
        }
        if dated and dated[max(dated)] is not None:
            expected = dated[max(dated)]
    assert rate_on(rules, path, day) == expected


@given(ANY_RULES, st.lists(st.tuples(st.sampled_from(BRANCHES[1:]), st.integers(0, 10**7)), max_size=6), DAYS)
def test_each_line_is_rounded_half_up_by_itself(rules, goods, day):
    lines = [(place, path, goods_fen) for place, (path, goods_fen) in enumerate(goods)]
    for (rate, commission_fen), (_key, path, goods_fen) in zip(
        earned(rules, lines, day).values(), lines, strict=True
    ):
        assert rate == rate_on(rules, path, day)
        assert commission_fen == (goods_fen * rate).quantize(Decimal(1), ROUND_HALF_UP)


@pytest.fixture
def mall(db):
    daily_terms()
    return partner_mall(commission="0.0800")


def buy(*skus, visit=None) -> Order:
    shopper = Shopper()
    return place_order(
        cart_quote=shopper.quote(*((sku, 1) for sku in skus)),
        user=shopper.user,
        address=shopper.address,
        buyer=shopper.buyer,
        language="zh-hans",
        visit=visit,
        key=uuid.uuid4().hex,
    )


def test_each_line_of_an_order_earns_the_rate_of_its_category(mall):
    cream, tea = listable(), listable()
    tea.category = CategoryFactory()
    tea.save()
    mall.commission_rules.create(category=tea.category, rate="0.0500", valid_from=today())
    visit = open_visit(product=cream, landing="", partner=mall)
    order = buy(cream.skus.get(), tea.skus.get(), visit=visit.pk)
    lines = {line.product_id: line for line in order.lines.all()}
    assert (lines[cream.pk].commission_rate, lines[tea.pk].commission_rate) == (
        Decimal("0.08"),
        Decimal("0.05"),
    )
    assert order.credit.commission_fen == sum(line.commission_fen for line in lines.values()) > 0


def test_what_is_agreed_later_leaves_past_sales_as_they_were(mall):
    product = listable()
    order = buy(product.skus.get(), visit=open_visit(product=product, landing="", partner=mall).pk)
    before = OrderLine.objects.get(order=order).commission_fen
    mall.commission_rules.update(rate="0.5000")
    assert (OrderLine.objects.get(order=order).commission_fen, differences()) == (before, [])


def test_an_order_that_the_partner_sold_itself_earns_too(db, sandbox):
    daily_terms()
    mall = partner_mall(sandbox.url, commission="0.0800")
    product = listable()
    changed(product, "state")
    converge(mall)
    sandbox.operate("/operator/orders/", out_id=f"P{product.pk}", quantity=2)
    inbound.pull(mall)
    work_orders()
    line = OrderLine.objects.get()
    assert line.commission_fen == (line.goods_fen * Decimal("0.08")).quantize(Decimal(1), ROUND_HALF_UP)
    assert (line.order.credit.commission_fen, line.order.credit.visit) == (line.commission_fen, None)
    assert differences() == []


def test_a_branch_has_one_rule_from_a_day_on(mall):
    with pytest.raises(IntegrityError, match="commission_rule_once_per_date"):
        mall.commission_rules.create(rate="0.1", valid_from=today())


@pytest.fixture
def officer(client, mall):
    client.force_login(kita_officer())
    return client


def agree(client, mall, **fields):
    data = {"partner": mall.pk, "rate": "7.5", "valid_from": today() + DAY, "category": ""} | fields
    return client.post(reverse("admin:partners_commissionrule_add"), data)


def test_kita_agrees_on_a_next_rate_and_the_mall_shows_it(officer, mall):
    assert agree(officer, mall).status_code == 302
    assert CommissionRule.objects.get(valid_from=today() + DAY).rate == Decimal("0.075")
    page = officer.get(reverse("admin:partners_partnermall_change", args=[mall.pk])).content.decode()
    assert "8%" in page
    assert "7.5%" in page
    listed = officer.get(RULES).content.decode()
    assert ("적용 중" in listed, "예정" in listed) == (True, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_from": today()},
        {"rate": "100.01"},
        {"rate": ""},
        {"rate": "1.234"},
        {"valid_from": "tomorrow"},
    ],
)
def test_a_rule_that_cannot_be_is_sent_back_with_what_was_typed(officer, mall, wrong):
    answer = agree(officer, mall, **wrong)
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert CommissionRule.objects.count() == 1


def test_a_rule_that_has_begun_is_read_in_per_cent(officer, mall):
    url = reverse("admin:partners_commissionrule_change", args=[mall.commission_rules.get().pk])
    page = officer.get(url).content.decode()
    assert ("8%" in page, "0.08" in page, "적용 중" in page) == (True, False, True)


def test_a_rule_that_has_begun_can_be_neither_changed_nor_deleted(officer, mall):
    begun = mall.commission_rules.get()
    for page in ("change", "delete"):
        url = reverse(f"admin:partners_commissionrule_{page}", args=[begun.pk])
        assert officer.post(url, {"rate": "1", "post": "yes"}).status_code == 403
    assert mall.commission_rules.get().rate == Decimal("0.08")


def test_the_list_of_rules_asks_as_often_for_many_as_for_few(officer, mall, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked():
        with CaptureQueriesContext(connection) as queries:
            officer.get(RULES)
        return len(queries)

    asked()
    few = asked()
    for days in range(1, 20):
        mall.commission_rules.create(category=skin_care(), rate="0.05", valid_from=today() + days * DAY)
    assert asked() == few
    assert Category.objects.exists()
