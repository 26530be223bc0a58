"""Goods against partners on one page of the desk: filters, a line for each partner, the grid, a file."""

from urllib.parse import urlencode

from django import forms
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.scope import is_kita, sellers_of
from catalog.models import Category, Product, Seller
from orders.reports import export
from partners import grid
from partners.causes import MENDED_BY_HAND
from partners.models import PartnerMall
from partners.standing import Standing, counts

# The look of a standing: tone, and a sign beside the word for those to whom colours say little.
LOOKS = {
    Standing.SHOWN: ("good", "✓"),
    Standing.SOLD_OUT: ("wait", "0"),
    Standing.PENDING: ("info", "→"),
    Standing.STOPPED: ("wait", "■"),
    Standing.REFUSED: ("bad", "✕"),
    Standing.LACKING: ("bad", "!"),
    Standing.FAILING: ("wait", "↻"),
    Standing.LEAVING: ("info", "←"),
    Standing.OUTSIDE: ("", "–"),
    Standing.OFF: ("", "○"),
}


class GridForm(forms.Form):
    """The filter. Only KITA chooses among sellers."""

    q = forms.CharField(label=gettext_lazy("name, SKU code or number"), required=False, max_length=60)
    seller = forms.ModelChoiceField(
        label=gettext_lazy("seller"),
        queryset=Seller.objects.all(),
        required=False,
        empty_label=gettext_lazy("all"),
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("category"),
        queryset=Category.objects.filter(depth__lte=1),
        required=False,
        empty_label=gettext_lazy("all"),
        to_field_name="slug",
    )
    partner = forms.ModelChoiceField(
        label=gettext_lazy("partner mall"),
        queryset=PartnerMall.objects.none(),
        required=False,
        empty_label=gettext_lazy("all"),
        to_field_name="code",
    )
    standing = forms.ChoiceField(label=gettext_lazy("state"), required=False)
    cause = forms.ChoiceField(label=gettext_lazy("reason"), required=False)

    def __init__(self, data, *, partners, with_seller):
        super().__init__(data)
        self.fields["partner"].queryset = partners
        waiting = (grid.WAITING, _("waits for a person"))
        self.fields["standing"].choices = [("", _("all")), waiting, *Standing.choices]
        causes = [(code, cause.text) for code, cause in MENDED_BY_HAND.items()]
        self.fields["cause"].choices = [("", _("all")), *causes]
        if not with_seller:
            del self.fields["seller"]

    def wish(self) -> grid.Wish:
        cleaned = self.cleaned_data
        chosen = cleaned["partner"]
        return grid.Wish(
            partners=[chosen] if chosen else list(self.fields["partner"].queryset),
            seller=cleaned.get("seller"),
            category=cleaned["category"],
            standing=cleaned["standing"],
            cause=cleaned["cause"],
            word=cleaned["q"],
        )


def page(request, base: dict):
    """The grid for KITA, or for a seller with its own goods."""
    form = GridForm(request.GET, partners=malls_of(request.user), with_seller=is_kita(request.user))
    context = base | {"form": form, "title": _("Goods at partner malls"), "is_kita": is_kita(request.user)}
    if not form.is_valid():
        return render(request, "admin/partners/grid.html", context)
    wish, goods = form.wish(), goods_of(request.user)
    if request.GET.get("as") == "csv":
        return export.as_csv("kmall24-listings", _head(wish), grid.table(goods, wish))
    narrowed = grid.narrowed(goods, wish)
    found = grid.page(goods.select_related("seller"), wish, request.GET.get("cursor"))
    context |= {
        "partners": wish.partners,
        "figures": [(mall, _figures(counts(mall, narrowed))) for mall in wish.partners],
        "found": found,
        "rows": [(row.product, [(cell, *LOOKS[cell.standing]) for cell in row.cells]) for row in found.rows],
        "is_narrowed": bool(form.changed_data),
    }
    return render(request, "admin/partners/grid.html", context)


def url(**query) -> str:
    """The grid narrowed by `query`; what is empty does not narrow."""
    narrowing = {name: text for name, text in query.items() if text}
    return f"{reverse('admin:partners_grid')}?{urlencode(narrowing)}"


def goods_of(user):
    """Products that this user may see against partners: its sellers'; for KITA all."""
    return Product.objects.filter(seller__in=sellers_of(user).values("pk"))


def malls_of(user):
    """Partner malls that this user has a column for; sellers none that is still being set up."""
    malls = PartnerMall.objects.all()
    return malls if is_kita(user) else malls.exclude(state=PartnerMall.State.SETUP)


def _figures(found: dict) -> list[tuple]:
    """(standing, tone, sign, number) of every standing that somebody has, in the order of `Standing`."""
    return [(standing, *LOOKS[standing], found[standing]) for standing in Standing if standing in found]


def _head(wish) -> list[str]:
    head = [_("number"), _("Korean name"), _("Chinese name"), _("seller")]
    for mall in wish.partners:
        head += [f"{mall.name}: {word}" for word in (_("state"), _("since"), _("reason"), _("partner's id"))]
    return head
