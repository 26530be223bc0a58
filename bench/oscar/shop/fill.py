"""Put our goods into Oscar's empty database: `python -m shop.fill FILE`; the file is bench/rival.py's."""

import json
import sys
from decimal import Decimal
from pathlib import Path

import django
from django.db import connection, transaction
from oscar.core.loading import get_model

BATCH = 1_000


def main(path: str) -> None:
    goods = json.loads(Path(path).read_text(encoding="utf-8"))
    with transaction.atomic():
        write_categories(goods["categories"])
        write_products(goods["products"])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def write_categories(rows: list[dict]) -> None:
    """Parents come before their children. Keys stay those of the mall, so that both can be asked alike."""
    category = get_model("catalogue", "Category")
    for row in rows:
        texts = {"id": row["id"], "name": row["name"], "slug": row["slug"]}
        if row["parent"]:
            category.objects.get(pk=row["parent"]).add_child(**texts)
        else:
            category.add_root(**texts)


def write_products(rows: list[dict]) -> None:
    product, kind = get_model("catalogue", "Product"), get_model("catalogue", "ProductClass")
    place, image = get_model("catalogue", "ProductCategory"), get_model("catalogue", "ProductImage")
    stock, partner = get_model("partner", "StockRecord"), get_model("partner", "Partner")
    goods = kind.objects.create(name="Goods", track_stock=True, requires_shipping=True)
    names = dict.fromkeys(row["seller"] for row in rows)
    sellers = [partner(name=name, code=f"seller-{at}") for at, name in enumerate(names)]
    by_name = {seller.name: seller for seller in partner.objects.bulk_create(sellers)}

    def write(model, made):
        model.objects.bulk_create(made, batch_size=BATCH)

    write(
        product,
        [
            product(
                id=row["id"],
                structure=product.STANDALONE,
                product_class=goods,
                upc=row["slug"],
                slug=row["slug"],
                title=row["name"],
                description=row["description"],
                is_public=True,
            )
            for row in rows
        ],
    )
    write(place, [place(product_id=row["id"], category_id=row["category"]) for row in rows])
    write(
        stock,
        [
            stock(
                product_id=row["id"],
                partner=by_name[row["seller"]],
                partner_sku=row["slug"],
                price=Decimal(row["price_fen"]) / 100,
                price_currency="CNY",
                num_in_stock=row["stock"],
            )
            for row in rows
        ],
    )
    write(image, [image(product_id=row["id"], original=row["picture"]) for row in rows if row["picture"]])


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
