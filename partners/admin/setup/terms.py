"""Steps that change what a mall gets (rule, price): a form, what it would do, then exactly that."""

from copy import copy

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.pricing import NoPricePolicy
from catalog.rates import StaleRate
from partners.desired import digest
from partners.models import PartnerMall
from partners.preview import Preview, preview
from partners.setup import change_terms, terms_of

NOT_AS_SHOWN = gettext_lazy("This is not what the preview showed. Look at what it does now, then save.")
LACKS = {
    "NO_CHINESE_NAME": gettext_lazy("The Chinese name is missing."),
    "NO_SKU": gettext_lazy("No option is on offer."),
    "NO_PICTURE": gettext_lazy("A picture is missing."),
    "CATEGORY_NOT_MAPPED": gettext_lazy("The category is not mapped to one of the partner."),
}


def show(request, partner: PartnerMall, step) -> dict | None:
    """Context of a step's page; None when what it shows was saved and the next step may come."""
    form = step.FORM(request.POST if request.method == "POST" else None, partner=partner)
    context = {"form": form}
    if not form.is_bound or not form.is_valid():
        return context
    proposed = copy(partner)
    form.apply(proposed)
    seen = digest({"before": terms_of(partner), "after": terms_of(proposed)})
    if request.POST.get("do") == "save":
        is_seen = request.POST.get("seen") == seen
        if is_seen or partner.state == PartnerMall.State.SETUP:
            change_terms(partner, proposed, actor=request.user)
            return None
        messages.error(
            request, _("This is not what the preview showed. Look at what it does now, then save.")
        )
    return context | {"seen": seen} | what_it_does(request, partner, proposed)


def what_it_does(request, partner, proposed, codes=None) -> dict:
    """The preview as its part of the page shows it."""
    try:
        found = preview(partner, proposed, codes)
    except (StaleRate, NoPricePolicy):
        messages.error(request, _("There is no price for today: please enter the exchange rate first."))
        return {}
    return {"preview": found, "groups": _groups(found), "lacking": _lacking(found)}


def _groups(found: Preview) -> list[tuple]:
    """(heading, tone, group)."""
    return [
        (_("would be listed"), "good", found.listed),
        (_("would be changed"), "info", found.changed),
        (_("would be withdrawn"), "bad", found.withdrawn),
    ]


def _lacking(found: Preview) -> list[tuple]:
    return [(LACKS[code], group) for code, group in found.lacking.items()]
