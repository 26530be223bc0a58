"""What KITA types at the desk to open the played mall, step by step."""

from django.urls import reverse

from partners.models import PartnerMall
from tests.factories.partners import CREDENTIALS, skin_care

ADD = "/admin/partners/partnermall/add/"
PRICE = {
    "price_factor": "100",
    "stock_share": "100",
    "safety_stock": "0",
    "commission": "8",
    "do": "save",
}
STEPS = ["connector", "key", "call", "categories", "rule", "price", "start"]


def page(partner, step: str) -> str:
    return reverse("admin:partners_partnermall_setup", args=[partner.pk, step])


def identity(sandbox, **changes) -> dict:
    return {
        "connector": "igetmall",
        "name_ko": "아이겟몰",
        "name_zh_hans": "爱购商城",
        "code": "igetmall",
        "base_url": sandbox.url,
        "home_url": sandbox.url,
        "batch_size": 50,
        "calls_per_second": 10,
        "batches_at_once": 3,
        "orders_at_once": 2,
        "call_seconds": 10,
    } | changes


def begun(kita, sandbox, *, upto: str = "") -> PartnerMall:
    """A mall whose steps before `upto` are done."""
    kita.post(ADD, identity(sandbox))
    mall = PartnerMall.objects.get()
    posts = {"key": CREDENTIALS | {"do": "enter"}, "call": {}}
    posts["categories"] = {f"code-{skin_care().pk}": "beauty-skincare", "do": "save"}
    posts |= {"rule": {"do": "save"}}
    posts["price"] = PRICE
    for step, data in posts.items():
        if step == upto:
            break
        answer = kita.post(page(mall, step), data)
        assert answer.url == page(mall, STEPS[STEPS.index(step) + 1]), step
    mall.refresh_from_db()
    return mall
