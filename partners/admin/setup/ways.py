"""Addresses of the pages of a mall's set-up and of what is on them."""

from django.urls import reverse

from catalog.models import Category
from partners.models import PartnerMall


def url(partner: PartnerMall, step: str) -> str:
    """Of a step by its name, or of the first one that is not done (`pages.NEXT`)."""
    return reverse("admin:partners_partnermall_setup", args=[partner.pk, step])


def box(category: Category) -> str:
    """The name of a category's box in the map."""
    return f"code-{category.pk}"


def box_url(partner: PartnerMall, category: Category) -> str:
    """Of a category's box in the map, with its group open."""
    return f"{url(partner, 'categories')}?at={category.pk}{on_the_map(category)}"


def on_the_map(category: Category) -> str:
    """Of the same box from the map's own page, where what was typed stays."""
    return f"#id_{box(category)}"
