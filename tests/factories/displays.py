"""A market with a display and its labels for tests."""

from partners.displays import open_market
from partners.models import Display
from tests.factories.partners import listable


def display_of(*products, code: str = "b-07", market: str = "jiefangbei", **fields) -> Display:
    """A display with these products on it, in this order."""
    open_market(
        code=market, name_ko="충칭 해방비", name_zh_hans="重庆解放碑 韩国商品展区", place_ko="충칭", place_zh_hans="重庆市渝中区",
        displays=[{"code": code, "name_ko": f"진열대 {code}", "name_zh_hans": f"展架 {code}", "products": [p.pk for p in products]}],
    )  # fmt: skip
    Display.objects.filter(code=code).update(**fields)
    return Display.objects.get(code=code)


def stall(goods: int = 1) -> Display:
    """A display with so many products that can be bought; needs `daily_terms()` for prices."""
    return display_of(*(listable() for _ in range(goods)))
