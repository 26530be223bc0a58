"""The mall's own category tree."""

from partners.sandbox.stand import categories

TREE = [
    ("beauty", "美妆个护", [
        ("beauty-skincare", "护肤"), ("beauty-mask", "面膜"), ("beauty-makeup", "彩妆"), ("beauty-hair", "洗发护发"),
        ("beauty-body", "身体护理"), ("beauty-tools", "美容工具")]),
    ("health", "滋补保健", [
        ("health-ginseng", "红参"), ("health-food", "保健食品"), ("health-vitamin", "维生素")]),
    ("food", "食品饮料", [
        ("food-snack", "休闲零食"), ("food-noodle", "方便面"), ("food-tea", "茶与冲饮"), ("food-sauce", "调味酱料"),
        ("food-seafood", "海味紫菜")]),
    ("baby", "母婴", [
        ("baby-care", "婴童洗护"), ("baby-wear", "婴童服饰"), ("baby-feeding", "喂养用品"), ("baby-toy", "玩具")]),
    ("home", "家居厨房", [
        ("home-kitchen", "厨具餐具"), ("home-appliance", "小家电"), ("home-living", "居家日用"),
        ("home-textile", "家纺")]),
    ("fashion", "服饰鞋包", [
        ("fashion-wear", "服装"), ("fashion-shoes", "鞋靴"), ("fashion-bag", "箱包"), ("fashion-accessory", "饰品配件")]),
    ("digital", "数码", [("digital-phone", "手机"), ("digital-accessory", "手机配件"), ("digital-audio", "影音设备")]),
    ("culture", "文创", [
        ("culture-stationery", "文具"), ("culture-craft", "传统工艺"), ("culture-idol", "韩流周边"),
        ("culture-sport", "运动户外")]),
]  # fmt: skip
PARENTS, LEAVES = categories.parents(TREE), categories.leaves(TREE)
