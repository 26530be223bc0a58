"""KITA keeps the freight table: whatever it saves, every province has a rule to be quoted by."""

import pytest
from django.urls import reverse

from orders.freight import freight_at
from orders.models import FreightRule
from tests.factories.people import kita_officer

pytestmark = pytest.mark.django_db
DAY, LATER = "2027-01-01", "2027-02-01"
MONEY = {"first_g": 1000, "first_fen": "18", "step_g": 500, "step_fen": "4.50", "free_from_fen": ""}
WORDS = {
    "ko": "2027-01-01부터 적용되는 나머지 모든 지역의 요금이 아직 없습니다.",
    "zh-hans": "2027-01-01 起还没有适用于其他省份的运费规则",
    "en": "No rule of 2027-01-01 is for all other provinces yet",
}


@pytest.fixture
def kita(client):
    client.force_login(kita_officer())
    return client


def save(client, rule=None, *, day=DAY, zone="", **fields):
    name, args = ("change", [rule.pk]) if rule else ("add", [])
    url = reverse(f"admin:orders_freightrule_{name}", args=args)
    return client.post(url, MONEY | {"valid_from": day, "zone": zone} | fields)


def errors(answer) -> list[str]:
    return list(answer.context["adminform"].form.errors)


def zones(day=DAY) -> set[str]:
    return set(FreightRule.objects.filter(valid_from=day).values_list("zone", flat=True))


@pytest.mark.parametrize("language", WORDS)
def test_the_first_rule_of_a_day_is_for_all_others_or_told_at_its_provinces(kita, language):
    kita.cookies["desk_language"] = language
    answer = save(kita, zone="65,54")
    assert (errors(answer), zones()) == (["zone"], set())
    assert WORDS[language] in answer.content.decode()


def test_with_a_rule_for_all_others_provinces_have_one_of_their_own(kita):
    assert [save(kita).status_code, save(kita, zone="65, 54,").status_code] == [302, 302]
    assert zones() == {"", "65,54"}


def test_the_rule_for_all_others_stays_while_provinces_have_their_own(kita):
    save(kita)
    save(kita, zone="65")
    rest = FreightRule.objects.get(valid_from=DAY, zone="")
    save(kita, day=LATER)
    assert errors(save(kita, rest, zone="54")) == ["zone"]
    assert errors(save(kita, rest, day="2027-03-01")) == ["valid_from"]
    assert errors(save(kita, rest, day=LATER, zone="54")) == ["valid_from"]
    assert save(kita, rest, first_fen="20").status_code == 302
    assert freight_at(rest.valid_from).rule_for("11").first_fen == 2000


def test_a_rule_that_is_alone_on_its_day_may_move(kita):
    save(kita)
    assert save(kita, FreightRule.objects.get(valid_from=DAY), day=LATER).status_code == 302
    assert (zones(), zones(LATER)) == (set(), {""})
