"""Steps that change what a mall gets (rule, price): a form, what it would do, then exactly that."""

from copy import copy

from django.contrib import messages
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import locks
from partners.admin.setup.ways import box_url, on_the_map
from partners.admin.without import NO_PRICES, WITHOUT
from partners.desired import digest
from partners.models import PartnerMall
from partners.preview import NO_PLACE, Preview, preview
from partners.rules import BadRule
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
    if request.POST.get("do") == "save":
        if _saved(request, partner, form):
            return None
        partner.refresh_from_db()
        messages.error(request, NOT_AS_SHOWN)
    proposed = _proposed(partner, form)
    return context | {"seen": _seen(partner, proposed)} | what_it_does(request, partner, proposed)


@transaction.atomic
def _saved(request, partner: PartnerMall, form) -> bool:
    """Whether it was saved, since it is what the preview showed: compared with the row when nobody else can
    change it any more.
    """
    held = locks.partner_mall(partner.pk)
    proposed = _proposed(held, form)
    if held.state != PartnerMall.State.SETUP and request.POST.get("seen") != _seen(held, proposed):
        return False
    change_terms(held, proposed, actor=request.user)
    if hasattr(form, "agree"):
        form.agree(held, actor=request.user)
    return True


def _proposed(partner: PartnerMall, form) -> PartnerMall:
    proposed = copy(partner)
    form.apply(proposed)
    return proposed


def _seen(partner: PartnerMall, proposed: PartnerMall) -> str:
    """Of a mall in set-up something else than of one that runs: their forms differ."""
    is_begun = partner.state != PartnerMall.State.SETUP
    return digest({"before": terms_of(partner), "after": terms_of(proposed), "begun": is_begun})


def what_it_does(request, partner, proposed, codes=None) -> dict:
    """The preview as its part of the page shows it."""
    try:
        found = preview(partner, proposed, codes)
    except NO_PRICES as missing:
        messages.error(request, WITHOUT[type(missing)])
        return {}
    except BadRule:
        messages.error(request, _("The listing rule cannot be read. Please save it anew in its step."))
        return {}
    on_map = codes is not None
    return {"preview": found, "groups": _groups(found), "lacking": _lacking(found, partner, on_map=on_map)}


def _groups(found: Preview) -> list[tuple]:
    """(heading, tone, group)."""
    return [
        (_("would be listed"), "good", found.listed),
        (_("would be changed"), "info", found.changed),
        (_("would be withdrawn"), "bad", found.withdrawn),
    ]


def _lacking(found: Preview, partner: PartnerMall, *, on_map: bool) -> list[tuple]:
    """(reason, group, [(category, its box in the map, how many)]); on the map's page what was typed stays."""
    boxes = [
        (category, on_the_map(category) if on_map else box_url(partner, category), n)
        for category, n in found.unplaced
    ]
    return [(LACKS[code], group, boxes if code == NO_PLACE else []) for code, group in found.lacking.items()]
