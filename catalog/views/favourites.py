from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from catalog.cards import render_ids
from catalog.models import Favourite, Product
from kmall.same_origin import same_origin_post

MOST = 200


@login_required
def favourites(request):
    """What a shopper put aside, newest first; what is no longer sold is left out."""
    saved = request.user.favourites.filter(product__in=Product.objects.on_sale())
    cards = render_ids(list(saved.values_list("product_id", flat=True)[:MOST]))
    return render(request, "catalog/favourites.html", {"cards": cards})


@same_origin_post
def toggle(request, product_id):
    """Put a product aside, or take it back. A visitor signs in first and comes back to the product."""
    product = get_object_or_404(Product.objects.on_sale(), pk=product_id)
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("catalog:product", args=[product.slug]), reverse("account_login"))
    favourite, is_new = Favourite.objects.get_or_create(user=request.user, product=product)
    if not is_new:
        favourite.delete()
    if request.accepts("text/html"):
        return redirect("catalog:favourites")
    return JsonResponse({"is_favourite": is_new})
