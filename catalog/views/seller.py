from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from catalog import listing, structured
from catalog.models import Seller
from catalog.search.filters import PARAMETERS
from kmall.page_cache import cached_page


@cached_page(names=("catalog",), query=PARAMETERS)
def seller(request, slug):
    """A maker: town, story, quote, and all its goods."""
    found = get_object_or_404(Seller.objects.open(), slug=slug)
    context = listing.read(request, seller=found)
    context |= {
        "seller": found,
        "crumbs": [(_("Makers"), None), (found.name, None)],
        "structured": structured.seller(found),
    }
    return render(request, "catalog/seller.html", context)
