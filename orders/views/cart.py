"""The cart: shown, added to, changed. Its one form works with and without script."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog.cards import render_ids
from catalog.models import SearchRow
from kmall.same_origin import same_origin_post
from orders import cart as carts
from orders.cart import CartFull, NotOnSale
from orders.cart_page import LACKS, NOTHING_QUOTED, cart_page
from orders.forms.cart import AddForm, wanted
from orders.prices import unit_fen_now
from orders.views.visitor import buyer_of, cart_of, own_cart
from orders.visits import visit_of

POPULAR = 10


@require_safe
@never_cache
def cart(request):
    return _render(request, "orders/cart.html")


@same_origin_post
@never_cache
def add(request):
    """Put pieces into the cart; `next` leads on, to the checkout with this line alone when that is next."""
    form = AddForm(request.POST)
    if not form.is_valid():
        return _answer(request, None, _("Please choose what to put into the cart."))
    sku_id, quantity = form.cleaned_data["sku"], form.cleaned_data["quantity"]
    cart = own_cart(request)
    try:
        carts.add(
            cart=cart,
            sku_id=sku_id,
            quantity=quantity,
            unit_fen=unit_fen_now(sku_id),
            visit=visit_of(request),
        )
    except NotOnSale:
        return _answer(request, cart, _("This is no longer on sale."))
    except CartFull:
        return _answer(request, cart, _("The cart is full. Please take something out first."))
    if request.POST.get("next") == reverse("orders:checkout"):
        carts.choose(cart=cart, sku_ids=[sku_id])
    return _answer(request, cart)


@require_POST
@never_cache
def change(request):
    """All that the cart's form can do: quantities, choices, taking out, one-tap split, on to the checkout."""
    cart = own_cart(request)
    wish = wanted(request.POST)
    carts.change(cart=cart, changes=wish.changes)
    if wish.chosen is not None:
        carts.choose(cart=cart, sku_ids=wish.chosen, among=wish.shown)
    if "split" in request.POST or "checkout" in request.POST:
        part = "?part=1" if "split" in request.POST else ""
        return _lead_on(request, reverse("orders:checkout") + part)
    if request.htmx:
        return _render(request, "orders/parts/cart_body.html")
    return redirect("orders:cart")


def popular_cards() -> SafeString:
    """Something to look at where the cart is empty."""
    rows = SearchRow.objects.filter(has_stock=True).order_by("-sold", "-product_id")
    return render_ids(list(rows.values_list("pk", flat=True)[:POPULAR]))


def _lead_on(request, url):
    """To another page, for a script that would else put it into this one."""
    return HttpResponse(headers={"HX-Redirect": url}) if request.htmx else redirect(url)


def _render(request, template):
    try:
        page = cart_page(cart_of(request), **buyer_of(request.user))
    except NOTHING_QUOTED as missing:
        context = {"tab": "cart", "lack": LACKS[type(missing)]}
        return render(request, "orders/no_prices.html", context, status=503)
    cards = [] if page.count else popular_cards()
    return render(request, template, {"page": page, "cards": cards, "tab": "cart"})


def _answer(request, cart, problem=""):
    """JSON for a script, else a message on the page that comes next."""
    if request.accepts("application/json") and not request.accepts("text/html"):
        count = cart.lines.count() if cart else 0
        text = problem or _("Added to the cart")
        return JsonResponse({"cart": count, "message": text}, status=409 if problem else 200)
    (messages.error if problem else messages.success)(request, problem or _("Added to the cart"))
    next_url = request.POST.get("next", "")
    if problem or not url_has_allowed_host_and_scheme(next_url, {request.get_host()}):
        next_url = reverse("orders:cart")
    return redirect(next_url)
