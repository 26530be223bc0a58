"""The checkout: one page, one form. Slips come back at their field, changes are shown before they count."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from catalog.stock import OutOfStock
from kmall.database import Busy
from orders.arrival import arrival_window
from orders.buy import buy
from orders.cart_page import LACKS, NOTHING_QUOTED, cart_page
from orders.forms.checkout import CheckoutForms
from orders.limits import OverYearLimit
from orders.place import NotForSale, OverLimit, QuoteChanged, placed_before
from orders.quote import Quote
from orders.views.visitor import cart_of
from orders.visits import visit_of


@login_required
@never_cache
def checkout(request):
    if order := _already_placed(request):
        return redirect("orders:pay", order.number)
    forms = CheckoutForms(request.user, request.POST if request.method == "POST" else None)
    is_valid = forms.is_judged and forms.is_valid()
    cart = cart_of(request)
    try:
        page = cart_page(cart, province_code=forms.province_code, buyer_index=forms.buyer_index)
    except NOTHING_QUOTED as missing:
        return render(request, "orders/no_prices.html", {"lack": LACKS[type(missing)]}, status=503)
    if not page.chosen or page.is_short:
        # A second tap may find the cart emptied by the first.
        order = _already_placed(request)
        return redirect("orders:pay", order.number) if order else redirect("orders:cart")
    quote = page.parts[0] if page.parts and "part" in request.GET else page.quote
    problem = ""
    if is_valid and (problem := _changed(forms, quote)) == "":
        order, problem = _buy(request, forms, cart, quote)
        if order:
            return redirect("orders:pay", order.number)
    return _render(request, forms, page, quote, problem)


def _already_placed(request):
    return placed_before(user=request.user, key=request.POST.get("key", "")) if request.POST else None


def _changed(forms: CheckoutForms, quote: Quote) -> str:
    """Empty when the sum is the one that the shopper saw."""
    if forms.choice.cleaned_data["total_fen"] == quote.total_fen:
        return ""
    return _(
        "The sum is now the one shown below, by today's prices and the province. Please look and order again."
    )


def _buy(request, forms: CheckoutForms, cart, quote: Quote):
    """The order, or None and a sentence that says why not."""
    try:
        order = buy(
            cart=cart,
            quote=quote,
            keep=forms.keep,
            user=request.user,
            language=get_language(),
            visit=visit_of(request),
            key=forms.choice.cleaned_data["key"],
        )
        return order, ""
    except OutOfStock as gone:
        text = _("Only %(left)s of “%(name)s” are left. Please change the cart.")
        return None, text % {"left": gone.left, "name": gone.sku.product.name}
    except NotForSale as gone:
        return None, _("“%(name)s” is no longer on sale. Please change the cart.") % {
            "name": gone.sku.product.name
        }
    except (OverLimit, OverYearLimit):
        return None, _("This is above what customs lets in at once. Please see the limit above.")
    except QuoteChanged:
        return None, _("A price changed this moment. Please look at the sum and order again.")
    except Busy:
        return None, _("Many are buying this right now. Please order again; nothing is lost.")


def _render(request, forms, page, quote, problem):
    is_bill = bool(request.htmx) and "quote" in request.POST
    context = {
        "forms": forms.mark_wrong(),
        "page": page,
        "quote": quote,
        "is_part": quote is not page.quote,
        "problem": problem,
        "arrival": arrival_window(),
        "tab": "cart",
    }
    if problem:
        messages.error(request, problem)
    return render(request, "orders/parts/checkout_bill.html" if is_bill else "orders/checkout.html", context)
