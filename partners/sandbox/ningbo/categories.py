"""The mall's own category tree: code of two digits and name, then its leaves of four."""

TREE = [
    ("01", "美妆", [("0101", "护肤"), ("0102", "面膜"), ("0103", "彩妆"), ("0104", "洗护发"), ("0105", "身体护理")]),
    ("02", "营养保健", [("0201", "红参"), ("0202", "营养食品"), ("0203", "维生素矿物质")]),
    ("03", "食品", [
        ("0301", "零食糕点"), ("0302", "方便速食"), ("0303", "茶饮冲调"), ("0304", "酱料调味"), ("0305", "海苔海产")]),
    ("04", "母婴", [("0401", "婴儿护理"), ("0402", "童装"), ("0403", "喂养"), ("0404", "玩具")]),
    ("05", "家居", [("0501", "厨房用品"), ("0502", "小家电"), ("0503", "日用百货"), ("0504", "床上用品")]),
    ("06", "服饰箱包", [("0601", "服装"), ("0602", "鞋"), ("0603", "箱包"), ("0604", "配饰")]),
    ("07", "数码", [("0701", "手机"), ("0702", "数码配件"), ("0703", "耳机音响")]),
    ("08", "文化", [("0801", "文具"), ("0802", "工艺品"), ("0803", "韩流周边"), ("0804", "运动户外")]),
]  # fmt: skip
PARENTS = {code: name for code, name, _ in TREE}
LEAVES = {leaf: name for _, _, leaves in TREE for leaf, name in leaves}


def listing(mall, body):
    rows = []
    for code, name, leaves in TREE:
        rows.append((code, name, ""))
        rows += [(leaf, title, code) for leaf, title in leaves]
    return [
        ("Category", [("CategoryCode", code), ("Name", name), ("Parent", parent)])
        for code, name, parent in rows
    ]
