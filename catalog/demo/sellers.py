"""800 companies: brands from two syllables, a town of their trade, a story, a founder who says something."""

from dataclasses import dataclass, field

from catalog.demo.numbers import business_number
from catalog.demo.words import Leaf, Top, companies, tops
from catalog.models import Seller
from kmall.copying import Table
from kmall.demo import Mall

# Beyond the combinations of two syllables (only at scales above 1) a third one follows.
THIRD = [
    ("가", "家"), ("원", "园"), ("방", "坊"), ("재", "斋"), ("루", "楼"), ("담", "潭"), ("현", "轩"),
    ("촌", "村"), ("산", "山"), ("천", "川"), ("당", "堂"), ("림", "林"), ("해", "海"), ("곡", "谷"),
]  # fmt: skip


@dataclass
class Company:
    """A seller and what it makes: kinds of goods, and product lines of its own."""

    key: int
    brand: tuple[str, str]
    name: tuple[str, str]
    town: tuple[str, str]
    founded: int
    top: Top
    leaves: list[Leaf]
    lines: list[tuple[str, str]]
    weight: float
    named: bool = False
    used: set = field(default_factory=set)


def load(mall: Mall) -> None:
    with Table(Seller, now=mall.now) as table:
        for company, texts in _companies(mall, first_key=table.next):
            table.add(id=company.key, state=Seller.State.ADMITTED, **_row(company, texts, mall))
        table.next = company.key + 1


def companies_of(mall: Mall) -> list[Company]:
    """The companies that `load` wrote, made again from the same chance."""
    first = Seller.objects.order_by("pk").values_list("pk", flat=True).first()
    return [company for company, _ in _companies(mall, first_key=first)]


def _companies(mall: Mall, first_key: int):
    data, chance = companies(), mall.chance("sellers")
    by_slug = {top.slug: top for top in tops()}
    key = first_key
    for row in data["named"]:
        yield _named(row, data["domain"][row["domain"]], by_slug, key, chance), row
        key += 1
    named = [row["domain"] for row in data["named"]]
    taken = {text for row in data["named"] for text in row["brand"]}
    for name, domain in data["domain"].items():
        count = mall.count(domain["sellers"], least=1) - named.count(name)
        for brand in _brands(domain, set(data["blocked"]), taken, max(count, 0), chance):
            yield _invented(brand, domain, by_slug, key, chance), domain
            key += 1


def _brands(domain: dict, blocked: set, taken: set, count: int, chance) -> list[tuple[str, str]]:
    pairs = [
        (one[0] + two[0], one[1] + two[1])
        for one in domain["first"]
        for two in domain["second"]
        if one[0] != two[0] and one[0] + two[0] not in blocked
    ]
    chance.shuffle(pairs)
    found, ending = [], [("", "")]
    while len(found) < count:
        for ko, zh in ending:
            for brand in pairs:
                full = (brand[0] + ko, brand[1] + zh)
                if len(found) < count and not taken & set(full):
                    taken.update(full)
                    found.append(full)
        ending = [(a + c, b + d) for a, b in ending for c, d in THIRD]
    return found


def _named(row: dict, domain: dict, by_slug: dict, key: int, chance) -> Company:
    top = next(
        by_slug[slug]
        for slug in domain["tops"]
        if row["groups"][0] in {group.slug for group in by_slug[slug].groups}
    )
    groups = [group for group in top.groups if group.slug in row["groups"]]
    leaves = [leaf for group in groups for leaf in group.leaves]
    return Company(
        key,
        tuple(row["brand"]),
        tuple(row["name"]),
        tuple(row["town"]),
        row["founded"],
        top,
        [leaf for leaf in leaves if leaf.slug in row.get("leaves", [leaf.slug])],
        chance.sample(top.lines, 3),
        weight=2.6,
        named=True,
    )


def _invented(brand, domain: dict, by_slug: dict, key: int, chance) -> Company:
    tops_of = [by_slug[slug] for slug in domain["tops"]]
    top = chance.choices(tops_of, [sum(leaf.share for leaf in top.leaves) for top in tops_of])[0]
    sizes = [sum(leaf.share for leaf in group.leaves) for group in top.groups]
    group = chance.choices(top.groups, sizes)[0]
    leaves = chance.sample(group.leaves, min(len(group.leaves), chance.choice([2, 2, 3])))
    suffix = chance.choice(_fitting(domain["suffix"], _slugs(top, leaves)))
    return Company(
        key,
        brand,
        (brand[0] + suffix[0], brand[1] + suffix[1]),
        tuple(chance.choice(domain["towns"])),
        chance.randint(1972, 2021),
        top,
        leaves,
        chance.sample(top.lines, 2),
        weight=chance.choice([0.4, 0.7, 1, 1, 1.4, 2]),
    )


def _row(company: Company, texts: dict, mall: Mall) -> dict:
    chance = mall.chance("seller", company.key, company.brand[0])
    row = _told(texts) if company.named else _made_up(company, texts, chance, mall)
    return row | {
        "slug": f"shop-{company.key:04}",
        "name_ko": company.name[0],
        "name_zh_hans": company.name[1],
        "brn": business_number(100_000_000 + (company.key * 7_919_111) % 799_999_999),
        "town_ko": company.town[0],
        "town_zh_hans": company.town[1],
        "founded": company.founded,
        "email": f"shop{company.key:04}@example.co.kr",
        "phone": f"+82 2-{chance.randint(200, 999)}-{chance.randint(1000, 9999)}",
    }


def _slugs(top: Top, leaves: list[Leaf]) -> set[str]:
    """The kinds of goods and their groups."""
    own = {leaf.slug for leaf in leaves}
    return own | {group.slug for group in top.groups if own & {leaf.slug for leaf in group.leaves}}


def _fitting(sentences: list[list], slugs: set[str]) -> list[list]:
    """Those that are meant for these kinds of goods (named after the two texts), or for all."""
    return [row for row in sentences if len(row) < 3 or slugs & set(row[2])]


def _told(row: dict) -> dict:
    return {
        "story_ko": row["story"][0],
        "story_zh_hans": row["story"][1],
        "quote_ko": row["quote"][0],
        "quote_zh_hans": row["quote"][1],
        "quote_by_ko": row["by"][0],
        "quote_by_zh_hans": row["by"][1],
        "scene": row["scene"],
        "featured": row.get("featured"),
    }


def _made_up(company: Company, domain: dict, chance, mall: Mall) -> dict:
    data, slugs = companies(), _slugs(company.top, company.leaves)
    words = {
        "town": (company.town[0].split()[-1], company.town[1].split("·")[-1]),
        "year": (company.founded, company.founded),
        "count": (count := chance.choice([4, 6, 7, 9, 12, 15, 18, 23, 31]), count),
        "since": (since := max(company.founded + 2, chance.randint(2012, mall.now.year - 1)), since),
    }
    sentences = [
        chance.choice(_fitting(domain["origin"], slugs)),
        chance.choice(_fitting(domain["craft"], slugs)),
        chance.choice(data["present"]["lines"]),
    ]
    story = [
        joint.join(pair[at].format(**{name: word[at] for name, word in words.items()}) for pair in sentences)
        for at, joint in enumerate((" ", ""))
    ]
    founder, title = chance.choice(data["founders"]), chance.choice(data["titles"])
    quote = chance.choice(_fitting(domain["quotes"], slugs))
    return {
        "story_ko": story[0],
        "story_zh_hans": story[1],
        "quote_ko": quote[0],
        "quote_zh_hans": quote[1],
        "quote_by_ko": f"{founder[0]} {title[0]}",
        "quote_by_zh_hans": f"{founder[1]}，{title[1]}",
        "scene": chance.choice(domain["scenes"]),
    }
