"""Desk pages of rows that pages show beside products: saving one is seen on the next request."""

from catalog.models import Product
from catalog.search import index
from kmall import caching


class Shown:
    """Mix in before the admin class of a category, seller, attribute, review, collection or freight rule."""

    found_by = ""  # the way from a product to the row, where its words are found in a search

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if self.found_by and change:
            value = getattr(form.instance, "path", form.instance)
            index.reindex(Product.objects.filter(**{self.found_by: value}).values_list("pk", flat=True))
        caching.bump("catalog")
