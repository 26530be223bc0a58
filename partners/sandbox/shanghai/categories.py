"""The mall's own category tree."""

from partners.sandbox.stand import categories

TREE = [
    ("meizhuang", "美妆", [
        ("meizhuang-hufu", "面部护肤"), ("meizhuang-mianmo", "面膜"), ("meizhuang-caizhuang", "彩妆香氛"),
        ("meizhuang-xihu", "洗护"), ("meizhuang-gongju", "美妆工具")]),
    ("yangsheng", "养生", [("yangsheng-hongshen", "高丽红参"), ("yangsheng-baojian", "营养保健")]),
    ("shipin", "食品", [
        ("shipin-lingshi", "零食"), ("shipin-mian", "速食面点"), ("shipin-cha", "茶饮冲调"), ("shipin-jiang", "酱料调味"),
        ("shipin-haitai", "海苔水产")]),
    ("muying", "母婴", [("muying-xihu", "宝宝洗护"), ("muying-weiyang", "喂养"), ("muying-wanju", "玩具"), ("muying-fushi", "童装")]),
    ("jujia", "居家", [("jujia-chufang", "厨房"), ("jujia-dianqi", "小家电"), ("jujia-riyong", "日用")]),
    ("fushi", "服饰", [("fushi-zhuang", "服装"), ("fushi-xiebao", "鞋包"), ("fushi-peishi", "配饰")]),
    ("shuma", "数码", [("shuma-shouji", "手机与配件"), ("shuma-yinyue", "耳机音响")]),
    ("wenchuang", "文创", [("wenchuang-wenju", "文具"), ("wenchuang-gongyi", "工艺"), ("wenchuang-hanliu", "韩流周边")]),
]  # fmt: skip
PARENTS, LEAVES = categories.parents(TREE), categories.leaves(TREE)
