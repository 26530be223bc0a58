"""django-oscar with the goods of our mall: its environment, database and pictures, kept in var/bench/oscar.

What it is, and what stands in for what: bench/oscar/shop/__init__.py.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import Prefetch

from bench import mall
from bench.load import ROOT, final_url, web
from bench.tour import slug
from catalog.models import Category, Picture, Product, SalePrice, Sku
from catalog.pictures import sources
from catalog.pricing import sku_price, todays_terms

PROJECT, FOLDER = ROOT / "bench" / "oscar", mall.FOLDER / "oscar"
PYTHON = FOLDER / "venv" / "bin" / "python"
REDIS = 2  # beside ours
PICTURE_WIDTH = 960


@dataclass(frozen=True)
class Rival:
    """A filled shop that nobody serves yet. `env` is what its processes are told."""

    env: dict[str, str]

    def serve(self, supervisor, kind: str) -> str:
        """Start it under the same server as the mall; its address."""
        return web(
            supervisor, "oscar", "shop.wsgi:application", kind, folder=PROJECT, python=PYTHON, **self.env
        )

    @staticmethod
    def addresses(site: str, ours: dict[str, str]) -> dict[str, str]:
        """Its pages that show the same as ours: the category, the product, the search."""
        category = Category.objects.get(slug=slug(ours["category"]))
        product = Product.objects.get(slug=slug(ours["product"]))
        return {
            "category": final_url(f"{site}/catalogue/category/x_{category.pk}/"),
            "product": final_url(f"{site}/catalogue/x_{product.pk}/"),
            "search": f"{site}/search/?{urlsplit(ours['search']).query}",
        }


def provide() -> Rival:
    """Install what is not installed, and fill the database unless it holds these very goods."""
    install()
    env = mall.beside("oscar", REDIS)
    env |= {"OSCAR_FOLDER": str(FOLDER), "DJANGO_SETTINGS_MODULE": "shop.settings"}
    goods = json.dumps(export(), ensure_ascii=False)
    state = hashlib.sha256((goods + (PROJECT / "shop" / "fill.py").read_text()).encode()).hexdigest()
    if _note(env) == state:
        return Rival(env)
    name = urlsplit(env["DATABASE_URL"]).path.strip("/")
    mall.ask(f'DROP DATABASE "{name}"')
    mall.ask(f'CREATE DATABASE "{name}"')
    (FOLDER / "goods.json").write_text(goods, encoding="utf-8")
    run(env, "django", "migrate", "--verbosity", "0")
    run(env, "django", "collectstatic", "--no-input", "--verbosity", "0")
    run(env, "shop.fill", str(FOLDER / "goods.json"))
    mall.ask(f'COMMENT ON DATABASE "{name}" IS %s', state)
    return Rival(env)


def install() -> None:
    """Oscar into an environment of its own, by pip as it is set up on this machine."""
    wanted = (PROJECT / "requirements.txt").read_bytes()
    stamp = FOLDER / "venv" / "installed"
    if stamp.exists() and stamp.read_bytes() == wanted:
        return
    sys.stdout.write("Installing django-oscar …\n")
    shutil.rmtree(FOLDER / "venv", ignore_errors=True)
    venv.create(FOLDER / "venv", with_pip=True, symlinks=True)
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--disable-pip-version-check"]
    done = subprocess.run(
        [*command, "-r", PROJECT / "requirements.txt"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"django-oscar could not be installed (--no-oscar goes without): {done.stderr[-300:]}")
    stamp.write_bytes(wanted)


def run(env: dict[str, str], *module: str) -> str:
    """One module of the rival to its end; what it said."""
    given = {**os.environ, **env}
    command = [PYTHON, "-m", *module]
    done = subprocess.run(command, cwd=PROJECT, env=given, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"django-oscar: {' '.join(module)} failed: {done.stderr[-1000:]}")
    return done.stdout


def export() -> dict[str, list[dict]]:
    """What is on sale, in Chinese: categories from the top down, products with the price of today."""
    terms, pictures = todays_terms(), draw_kinds()
    first = Sku.objects.filter(position=0).select_related("stock")
    first = first.prefetch_related(Prefetch("sales", SalePrice.objects.active(), to_attr="active_sales"))
    products = (
        Product.objects.on_sale()
        .order_by("pk")
        .select_related("seller")
        .prefetch_related(Prefetch("skus", first, to_attr="first"))
    )
    categories = Category.objects.order_by("path")
    return {
        "categories": [
            {"id": each.pk, "parent": each.parent_id, "slug": each.slug, "name": each.name_zh_hans}
            for each in categories
        ],
        "products": [
            {
                "id": each.pk,
                "slug": each.slug,
                "name": each.name_zh_hans,
                "description": each.description_zh_hans,
                "category": each.category_id,
                "seller": each.seller.name_zh_hans,
                "price_fen": sku_price(sku, terms).fen,
                "stock": sku.stock.on_hand - sku.stock.reserved,
                "picture": pictures.get(each.category_id),
            }
            for each in products
            for sku in each.first
        ],
    }


def draw_kinds() -> dict[int, str]:
    """One picture for each category that has products, where the rival looks for it: its name by category."""
    covers = Picture.objects.filter(position=0, is_current=True).select_related("product")
    kinds = covers.order_by("product__category_id", "product_id").distinct("product__category_id")
    folder = FOLDER / "media" / "goods"
    folder.mkdir(parents=True, exist_ok=True)
    names = {}
    for picture in kinds:
        path = folder / f"{picture.digest[:16]}.jpg"
        if not path.exists():
            sources.pixels(picture, PICTURE_WIDTH).save(path, quality=85)
        names[picture.product.category_id] = f"goods/{path.name}"
    return names


def _note(env: dict[str, str]) -> str | None:
    name = urlsplit(env["DATABASE_URL"]).path.strip("/")
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    return mall.ask(query, name)[0][0]
