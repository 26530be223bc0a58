"""The partner malls of the demo: what was agreed with each."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone


@dataclass(frozen=True)
class Agreed:
    """`setting`: has the address of its stand-in. `initials`: what its numbers begin with. `commissions`: our
    slug (empty: the whole mall), days from today, rate. `terms`: for `partners.setup.open_partner`."""

    code: str
    setting: str
    initials: str
    commissions: list[tuple[str, int, str | None]]
    terms: dict


# Our slug to the partner's leaf; what is not named goes by its nearest ancestor.
CHONGQING = {
    "skincare": "beauty-skincare",
    "masks": "beauty-mask",
    "makeup": "beauty-makeup",
    "makeup-tools": "beauty-tools",
    "hair-body": "beauty-body",
    "hair": "beauty-hair",
    "ginseng-health": "health-food",
    "ginseng": "health-ginseng",
    "noodles-meals": "food-noodle",
    "sauces": "food-sauce",
    "snacks-tea": "food-snack",
    "tea-drinks": "food-tea",
    "seaweed-snacks": "food-seafood",
    "baby": "baby-feeding",
    "baby-wear": "baby-wear",
    "baby-care": "baby-care",
    "toys": "baby-toy",
    "kitchen": "home-kitchen",
    "appliances": "home-appliance",
    "fashion": "fashion-wear",
    "bags-shoes": "fashion-bag",
    "shoes": "fashion-shoes",
    "fashion-goods": "fashion-accessory",
    "digital": "digital-accessory",
    "phones": "digital-phone",
    "earphones": "digital-audio",
    "stationery": "culture-stationery",
    "culture": "culture-craft",
    "k-culture": "culture-idol",
}
NINGBO = {
    "skincare": "0101",
    "masks": "0102",
    "makeup": "0103",
    "makeup-tools": "0103",
    "hair-body": "0105",
    "hair": "0104",
    "ginseng-health": "0202",
    "ginseng": "0201",
    "noodles-meals": "0302",
    "sauces": "0304",
    "snacks-tea": "0301",
    "tea-drinks": "0303",
    "seaweed-snacks": "0305",
    "baby": "0403",
    "baby-wear": "0402",
    "baby-care": "0401",
    "toys": "0404",
    "kitchen": "0501",
    "appliances": "0502",
    "fashion": "0601",
    "bags-shoes": "0603",
    "shoes": "0602",
    "fashion-goods": "0604",
    "digital": "0702",
    "phones": "0701",
    "earphones": "0703",
    "stationery": "0801",
    "culture": "0802",
    "k-culture": "0803",
}
SHANGHAI = {
    "skincare": "meizhuang-hufu",
    "masks": "meizhuang-mianmo",
    "makeup": "meizhuang-caizhuang",
    "makeup-tools": "meizhuang-gongju",
    "hair-body": "meizhuang-xihu",
    "ginseng-health": "yangsheng-baojian",
    "ginseng": "yangsheng-hongshen",
    "noodles-meals": "shipin-mian",
    "sauces": "shipin-jiang",
    "snacks-tea": "shipin-lingshi",
    "tea-drinks": "shipin-cha",
    "seaweed-snacks": "shipin-haitai",
    "baby": "muying-weiyang",
    "baby-care": "muying-xihu",
    "baby-wear": "muying-fushi",
    "toys": "muying-wanju",
    "kitchen": "jujia-chufang",
    "appliances": "jujia-dianqi",
    "fashion": "fushi-zhuang",
    "bags-shoes": "fushi-xiebao",
    "fashion-goods": "fushi-peishi",
    "digital": "shuma-shouji",
    "earphones": "shuma-yinyue",
    "stationery": "wenchuang-wenju",
    "culture": "wenchuang-gongyi",
    "k-culture": "wenchuang-hanliu",
}
MALLS = [
    Agreed(
        code="igetmall",
        setting="PARTNER_SANDBOX_URL",
        initials="IG",
        commissions=[
            ("", -800, "0.1000"),
            ("", -240, "0.0800"),
            ("", 34, "0.0750"),
            ("ginseng-health", -150, "0.0600"),
            ("culture", -90, "0.0500"),
            ("culture", -20, None),
        ],
        terms={
            "name_ko": "아이겟몰",
            "name_zh_hans": "爱购商城 I Get Mall",
            "credentials": {"app_key": "kmall24", "app_secret": "igetmall-sandbox-secret"},
            "categories": CHONGQING,
            "colour": "#5b2a86",
            "rule": {
                "categories": [
                    "skincare", "ginseng-health", "noodles-meals", "snacks-tea", "baby", "culture",
                ],
                "price_to_krw": 400_000,
                "in_stock": True,
            },
        },
    ),
    Agreed(
        code="ningbo",
        setting="NINGBO_SANDBOX_URL",
        initials="NB",
        commissions=[("", -800, "0.0900"), ("", -120, "0.0700"), ("skincare", -60, "0.0550")],
        terms={
            "name_ko": "닝보 융거우후이",
            "name_zh_hans": "甬购汇",
            "credentials": {"supplier": "kmall24", "secret": "ningbo-sandbox-secret"},
            "categories": NINGBO,
            "colour": "#12355b",
            "price_factor": "1.0300",
            "stock_share": "0.5000",
            "safety_stock": 3,
            "rule": {"price_from_krw": 8_000, "price_to_krw": 300_000, "in_stock": True},
        },
    ),
    Agreed(
        code="shanghai",
        setting="SHANGHAI_SANDBOX_URL",
        initials="PJ",
        commissions=[("", -800, "0.0800"), ("", -200, "0.0600"), ("culture", -60, "0.0450")],
        terms={
            "name_ko": "푸장셀렉트",
            "name_zh_hans": "浦江优选 Pujiang Select",
            "credentials": {"key": "kmall24", "secret": "shanghai-sandbox-secret"},
            "categories": SHANGHAI,
            "colour": "#0d4f45",
            "price_factor": "1.0200",
            "batch_size": 200,
            "rule": {
                "categories": ["skincare", "makeup", "kitchen", "fashion", "digital", "culture"],
                "in_stock": True,
            },
        },
    ),
]  # fmt: skip


def number(code: str, kind: str, at: datetime, count: int) -> str:
    """What the mall calls its `count`-th order ("O") or request ("R") of a day."""
    initials = next(agreed.initials for agreed in MALLS if agreed.code == code)
    return f"{initials}{kind}{timezone.localdate(at):%Y%m%d}{count:06d}"
