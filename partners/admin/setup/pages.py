"""The pages of the steps: which there are, how far each is, and which comes next."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.admin.setup import price, rule, terms
from partners.models import PartnerMall

STEPS = {"rule": rule, "price": price}
TITLES = {"rule": gettext_lazy("Listing rule"), "price": gettext_lazy("Price and stock")}
TONES = {"setup": "info", "active": "good", "paused": "wait", "credentials": "bad"}


@dataclass(frozen=True)
class Step:
    """One step of a mall's set-up: how it stands, in words."""

    name: str
    title: str
    words: str
    url: str


def steps(partner: PartnerMall) -> list[Step]:
    return [
        Step(
            name,
            TITLES[name],
            " · ".join(module.in_words(partner)) or _("no restriction"),
            url(partner, name),
        )
        for name, module in STEPS.items()
    ]


def url(partner: PartnerMall, name: str) -> str:
    return reverse("admin:partners_partnermall_setup", args=[partner.pk, name])


def page(request, base: dict, partner: PartnerMall, name: str):
    """A step's page, or the way on from it."""
    step = STEPS[name]
    context = terms.show(request, partner, step)
    if context is None:
        messages.success(request, _("Saved. What changes there is being sent."))
        return redirect("admin:partners_partnermall_change", partner.pk)
    base |= {"title": TITLES[name], "partner": partner, "tone": TONES[partner.state]}
    return render(request, step.TEMPLATE, base | {"steps": steps(partner), "here": name} | context)
