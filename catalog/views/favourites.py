from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from catalog import today
from catalog.cards import cover_of, lowest_offers
from catalog.models import Favourite, Product
from kmall.same_origin import same_origin_post

MOST = 200


@login_required
def favourites(request):
    """What a shopper put aside, newest first; what is no longer sold or has no tax rate today is left out."""
    ids = list(request.user.favourites.values_list("product_id", flat=True)[:MOST])
    found = {product.pk: product for product in Product.objects.on_sale().filter(pk__in=ids).for_card()}
    offers, _untaxed = lowest_offers(found.values(), today.terms(), today.table())
    saved = [
        {"product": found[pk], "offer": offers[pk], "cover": cover_of(found[pk])}
        for pk in ids
        if pk in offers
    ]
    return render(request, "catalog/favourites.html", {"saved": saved})


@same_origin_post
def choose(request, product_id):
    """Put a product aside, or take it back with `drop`; either way twice is as once.

    A product's page is the same for everybody, so without script its heart cannot know what it was: it only
    ever adds, and the list takes back. A visitor signs in first and comes back to the product.
    """
    product = get_object_or_404(Product.objects.on_sale(), pk=product_id)
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("catalog:product", args=[product.slug]), reverse("account_login"))
    is_kept = "drop" not in request.POST
    if is_kept:
        Favourite.objects.get_or_create(user=request.user, product=product)
    else:
        Favourite.objects.filter(user=request.user, product=product).delete()
    if request.accepts("text/html"):
        return redirect("catalog:favourites")
    return JsonResponse({"favourite": is_kept})
