from django.shortcuts import render

from catalog import shop_window, structured
from kmall.page_cache import cached_page


@cached_page(names=("catalog", "deals"))
def home(request):
    """The home page: patchwork, categories, offers of the day, makers, what others buy."""
    context = shop_window.of_today() | {"structured": structured.site()}
    return render(request, "catalog/home.html", context)
