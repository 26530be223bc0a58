"""The search row of a product, written in the transaction that changes the product."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db import connection

from catalog.models import Category, Product, ProductAttribute, SearchRow, SearchWord, Sku
from catalog.search import sounds, words

BATCH = 1_000
RECOUNT_FROM = 500  # products at once after which the vocabulary is counted anew
EVERY = "*"  # the token of all rows: its count is the size of the mall
Kinds = dict[str, tuple[str, str]]  # word: its kind, and how its owner writes it
# A word that is several things is the greatest of them.
_WEIGHT = {kind: at for at, kind in enumerate(("filter", "pair", "word", "brand", "category"))}
_NAMES = ("name_ko", "name_zh_hans", "brand_ko", "brand_zh_hans")
_READ = ("pk", *_NAMES, "seller_id", "seller__name_ko", "seller__name_zh_hans", "category__path")
_BETWEEN = "\x1f"

# 综合: what sold (ln), how it was liked from three reviews on; what is sold out comes last.
_RANK = """(
    round(100 * ln(1 + catalog_product.sold))
    + CASE WHEN catalog_product.rating_count >= 3
           THEN round(60.0 * catalog_product.rating_sum / catalog_product.rating_count) - 180 ELSE 0 END
    - CASE WHEN catalog_product.has_stock THEN 0 ELSE 3000 END
)::int"""


def reindex(product_ids: Iterable[int]) -> None:
    """Write the rows of these products anew, and take away those of products not on sale.

    The receiver of `product_changed` calls it; only bulk writers that send no signal call it themselves.
    """
    ids = sorted(set(product_ids))
    for start in range(0, len(ids), BATCH):
        _reindex(ids[start : start + BATCH])
    if len(ids) >= RECOUNT_FROM:
        recount()


def refresh(product_ids: Iterable[int] | None) -> None:
    """Take over price, stock and sales from the products (None: from all), where they differ."""
    ids = None if product_ids is None else list(product_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE catalog_searchrow r
            SET price_krw = p.price_krw, has_stock = p.has_stock, sold = p.sold, rank = p.rank
            FROM (
                SELECT catalog_product.id, sort_price_krw AS price_krw, catalog_product.has_stock,
                       catalog_product.sold, {_RANK} AS rank
                FROM catalog_product WHERE %s::bigint[] IS NULL OR catalog_product.id = ANY(%s)
            ) p
            WHERE p.id = r.product_id AND (r.price_krw, r.has_stock, r.sold, r.rank)
                  IS DISTINCT FROM (p.price_krw, p.has_stock, p.sold, p.rank)
            """,
            [ids, ids],
        )


def recount() -> None:
    """Count the products of every word. One pass over all rows, for a task and after bulk writes."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH counted AS (
                SELECT token, count(*)::int AS documents
                FROM catalog_searchrow, unnest(tokens) AS token
                WHERE left(token, 1) NOT IN ('=', '#') GROUP BY token
            )
            UPDATE catalog_searchword w SET documents = coalesce(c.documents, 0)
            FROM catalog_searchword v LEFT JOIN counted c ON c.token = v.word
            WHERE w.word = v.word AND w.documents <> coalesce(c.documents, 0)
            """
        )


def _reindex(ids: list[int]) -> None:
    rows: list[tuple[int, str, str]] = []
    found, kinds = Counter(), {}
    trees = {path: texts for path, *texts in Category.objects.values_list("path", "name_ko", "name_zh_hans")}
    options, codes = _options_of(ids), _codes_of(ids)
    products = Product.objects.on_sale().filter(pk__in=ids).values_list(*_READ, named=True)
    for product in products:
        tokens = _tokens(product, trees, options[product.pk], kinds)
        found.update(token for token in tokens if token[0] not in "=#")
        tokens |= codes[product.pk]  # a barcode is one product's: nothing to count
        numbers = ",".join(str(number) for number, *_ in options[product.pk])
        rows.append((product.pk, _BETWEEN.join(sorted(tokens)), numbers))
    SearchRow.objects.filter(pk__in=ids).exclude(pk__in=[pk for pk, *_ in rows]).delete()
    _write(rows)
    _learn(found, kinds)


def _write(rows: list[tuple[int, str, str]]) -> None:
    """Product, tokens and options, the lists as text, since arrays of arrays cannot be sent."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO catalog_searchrow (product_id, tokens, options, category_path, seller_id, price_krw,
                                           sold, rank, has_stock, approved_at)
            SELECT row.id, string_to_array(row.tokens, %s), string_to_array(row.options, ',')::bigint[],
                   catalog_category.path, seller_id, sort_price_krw, sold, {_RANK}, has_stock,
                   coalesce(approved_at, created_at)
            FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS row (id, tokens, options)
            JOIN catalog_product ON catalog_product.id = row.id
            JOIN catalog_category ON catalog_category.id = category_id
            ORDER BY row.id
            ON CONFLICT (product_id) DO UPDATE SET
                tokens = EXCLUDED.tokens, options = EXCLUDED.options, category_path = EXCLUDED.category_path,
                seller_id = EXCLUDED.seller_id, price_krw = EXCLUDED.price_krw, sold = EXCLUDED.sold,
                rank = EXCLUDED.rank, has_stock = EXCLUDED.has_stock, approved_at = EXCLUDED.approved_at
            """,
            [_BETWEEN, *(list(column) for column in zip(*rows, strict=True))]
            if rows
            else [_BETWEEN, [], [], []],
        )


def _tokens(product, trees, options, kinds: Kinds) -> set[str]:
    path = product.category__path
    ancestors = [path[: at + 1] for at, letter in enumerate(path) if letter == "."]
    tokens = {EVERY, f"s:{product.seller_id}"}
    tokens.update(f"c:{ancestor}" for ancestor in ancestors)
    tokens.update(f"o:{number}" for number, *_ in options)
    names = [getattr(product, field) or "" for field in _NAMES]
    for name in names:
        tokens.update(f"={word}" for word in _whole_words(name))
    tokens.update(f"#{word}" for name in trees.get(path, ()) for word in _whole_words(name or ""))
    others = [text for ancestor in ancestors for text in trees.get(ancestor, ())]
    others += [product.seller__name_ko, product.seller__name_zh_hans]
    others += [label for _, *labels in options for label in labels]
    _note([*names, *others], tokens, kinds)
    _note_whole(SearchWord.Kind.BRAND, [product.brand_ko, product.brand_zh_hans], tokens, kinds)
    _note_whole(SearchWord.Kind.CATEGORY, trees.get(path, ()), tokens, kinds)
    return tokens


def _whole_words(text: str) -> list[str]:
    return [word for word, kind in words.words(text).items() if kind == words.WORD]


def _note(texts: Iterable[str], tokens: set[str], kinds: Kinds) -> None:
    for text in filter(None, texts):
        for word, kind in words.words(text).items():
            tokens.add(word)
            _take(kinds, word, kind)


def _note_whole(kind: str, texts: Iterable[str], tokens: set[str], kinds: Kinds) -> None:
    """A brand or a category is offered as a whole, as its owner writes it."""
    for text in filter(None, texts):
        if whole := words.normal(text):
            tokens.add(whole)
            _take(kinds, whole, kind, text)


def _take(kinds: Kinds, word: str, kind: str, label: str = "") -> None:
    if word not in kinds or _WEIGHT[kind] > _WEIGHT[kinds[word][0]]:
        kinds[word] = (kind, label)


def _options_of(ids: list[int]) -> dict[int, list[tuple]]:
    """Product: (option, its label in Korean, in Chinese)."""
    found = defaultdict(list)
    values = ProductAttribute.objects.filter(product__in=ids, option__isnull=False)
    for product_id, *option in values.values_list(
        "product_id", "option_id", "option__label_ko", "option__label_zh_hans"
    ):
        found[product_id].append(tuple(option))
    return found


def _codes_of(ids: list[int]) -> dict[int, set[str]]:
    """Product: the barcodes of its SKUs."""
    found = defaultdict(set)
    for product_id, gtin in (
        Sku.objects.filter(product__in=ids).exclude(gtin="").values_list("product", "gtin")
    ):
        found[product_id].add(gtin)
    return found


def _learn(found: Counter, kinds: Kinds) -> None:
    """Put new words into the vocabulary; a word that turns out to be a brand or a category becomes one."""
    known = dict(SearchWord.objects.filter(word__in=list(found)).values_list("word", "kind"))
    new = []
    for word in sorted(found):
        kind, label = kinds.get(word, (SearchWord.Kind.FILTER, ""))
        if word not in known or _WEIGHT[kind] > _WEIGHT[known[word]]:
            new.append(_entry(word, kind, label, found[word]))
    SearchWord.objects.filter(word__in=list(found), documents=0).update(documents=1)
    SearchWord.objects.bulk_create(
        new,
        update_conflicts=True,
        unique_fields=["word"],
        update_fields=["kind", "label", "sound", "initials"],
    )


def _entry(word: str, kind: str, label: str, documents: int) -> SearchWord:
    entry = SearchWord(word=word, kind=kind, label=label, documents=documents)
    if kind not in (SearchWord.Kind.PAIR, SearchWord.Kind.FILTER):
        entry.sound, entry.initials = sounds.sound(word), sounds.initials(word)
    return entry
