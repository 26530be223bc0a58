"""What every page shows of the catalogue: the first level of the tree, notes. `{% load shop %}`."""

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import Category
from catalog.notes import NOTES
from kmall.caching import remembered

register = template.Library()


@register.simple_tag
def top_categories() -> list[dict]:
    """First level of the tree as dicts of name, path, url; remembered until the catalogue changes."""
    return remembered(("top categories", get_language()), ("catalog",), list_top)


def list_top() -> list[dict]:
    return [
        {
            "name": category.name,
            "path": category.path,
            "url": reverse("catalog:category", args=[category.slug]),
        }
        for category in Category.objects.filter(depth=0)
    ]


@register.simple_tag
def kept(template_name: str, **context) -> SafeString:
    """A part of the frame that hangs on nothing but the language and what is given: rendered once."""
    key = ("kept", template_name, get_language(), tuple(sorted(context.items())))
    return remembered(key, ("catalog",), lambda: render_to_string(template_name, context))


@register.simple_tag
def hot_words() -> list[str]:
    """Words that the mall proposes to search for: an editorial choice, in the reader's language."""
    return [
        _("hydrating mask"),
        _("six-year red ginseng"),
        _("spicy beef ramen"),
        _("yuzu tea"),
        _("baby bodysuit"),
        _("cushion"),
    ]


@register.simple_tag
def help_links() -> list[dict]:
    return [{"title": title, "url": reverse("catalog:help", args=[topic])} for topic, title in NOTES.items()]


@register.simple_tag
def scene(name: str) -> str:
    """Address of a drawn scene of a seller's story."""
    return static(f"art/scenes/{name}.svg")
