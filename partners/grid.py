"""Goods against partners: which products, a page of them with their cells, all of them for a file."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localtime

from catalog.models import Category, Product, Seller, Sku
from kmall.paging import Order, Page, paginate
from partners.desired import product_of
from partners.models import PartnerMall
from partners.standing import TO_MEND, Cell, at, cells

PAGE_SIZE = 50
AT_ONCE = 500  # products of one round of a file
NEWEST = Order(("pk",), (int,))
WAITING = "to_mend"  # in place of a standing: what waits for a person


@dataclass(frozen=True)
class Wish:
    """What is asked for. `partners`: the columns; `standing`: at one of them at least, `WAITING` for what
    waits for a person; `cause`: the code of what keeps it there.
    """

    partners: list[PartnerMall]
    seller: Seller | None = None
    category: Category | None = None
    standing: str = ""
    cause: str = ""
    word: str = ""


@dataclass(frozen=True)
class Row:
    product: Product
    cells: list[Cell]


def page(products: QuerySet[Product], wish: Wish, cursor: str | None) -> Page:
    """A page of `Row`s, the newest product first."""
    found = paginate(_standing(products, wish), order=NEWEST, size=PAGE_SIZE, cursor=cursor)
    return found.with_rows(_rows(found.rows, wish))


def narrowed(products: QuerySet[Product], wish: Wish) -> QuerySet[Product]:
    """The products that are asked for, however they stand."""
    if wish.seller:
        products = products.filter(seller=wish.seller)
    if wish.category:
        products = products.filter(category__path__startswith=wish.category.path)
    if wish.word:
        by_code = Exists(Sku.objects.filter(product=OuterRef("pk"), code__iexact=wish.word))
        by_name = Q(name_ko__icontains=wish.word) | Q(name_zh_hans__icontains=wish.word)
        products = products.filter(by_name | by_code | Q(pk=product_of(wish.word)))
    return products


def table(products: QuerySet[Product], wish: Wish) -> Iterator[list]:
    """Every product as plain values for a file: number, names, seller, then four for each partner."""
    keys = list(_standing(products, wish).order_by("-pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        some = (
            Product.objects.filter(pk__in=keys[start : start + AT_ONCE])
            .select_related("seller")
            .order_by("-pk")
        )
        for row in _rows(some, wish):
            product = row.product
            line = [f"P{product.pk}", product.name_ko, product.name_zh_hans, product.seller.name]
            yield line + [value for cell in row.cells for value in _values(cell)]


def _standing(products, wish: Wish) -> QuerySet[Product]:
    products = narrowed(products, wish)
    if not (wish.standing or wish.cause):
        return products
    ways = TO_MEND if wish.standing in ("", WAITING) else [wish.standing]
    caused = {"there__error_code": wish.cause} if wish.cause else {}
    anywhere = Q()
    for partner in wish.partners:
        stand = at(partner, Product.objects.all()).filter(standing__in=ways, **caused)
        anywhere |= Exists(stand.filter(pk=OuterRef("pk")))
    return products.filter(anywhere)


def _rows(products, wish: Wish) -> list[Row]:
    products = list(products)
    found = cells(wish.partners, [product.pk for product in products])
    return [Row(product, found[product.pk]) for product in products]


def _values(cell: Cell) -> list:
    since, row = cell.since, cell.row
    return [
        str(cell.standing.label),
        f"{localtime(since):%Y-%m-%d %H:%M}" if since else "",
        cell.reason or cell.stage,
        row.remote_id if row else "",
    ]
