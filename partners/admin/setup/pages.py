"""The pages of the steps: which there are, how far each is, and which comes next."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.admin.setup import call, categories, connector, key, price, rule, start, terms
from partners.admin.setup.ways import url
from partners.models import PartnerMall

STEPS = {
    "connector": connector,
    "key": key,
    "call": call,
    "categories": categories,
    "rule": rule,
    "price": price,
    "start": start,
}
TITLES = {
    "connector": gettext_lazy("Mall and connector"),
    "key": gettext_lazy("Key"),
    "call": gettext_lazy("Test call"),
    "categories": gettext_lazy("Category map"),
    "rule": gettext_lazy("Listing rule"),
    "price": gettext_lazy("Price, stock, commission"),
    "start": gettext_lazy("Look and start"),
}
TONES = {"setup": "info", "active": "good", "paused": "wait", "credentials": "bad"}
SAVED = {
    "active": gettext_lazy("Saved. What changes there is being sent."),
    "paused": gettext_lazy("Saved. It is sent once the mall is resumed."),
    "credentials": gettext_lazy("Saved. It is sent once the mall takes our key."),
}
SETUP = PartnerMall.State.SETUP
NEXT = "next"  # in the place of a step's name: the first one that is not done


@dataclass(frozen=True)
class Step:
    """One step of a mall's set-up: whether it is done and how it stands, in words."""

    name: str
    number: int
    title: str
    is_done: bool
    words: str
    url: str


def steps(partner: PartnerMall | None) -> list[Step]:
    """The steps of a mall, or of one that is only about to be entered."""
    names = [name for name in STEPS if name != "start" or partner is None or partner.state == SETUP]
    return [step(partner, name) for name in names]


def step(partner: PartnerMall | None, name: str) -> Step:
    """One of them."""
    number = list(STEPS).index(name) + 1
    if partner is None:
        return Step(name, number, TITLES[name], False, "", "")
    return Step(name, number, TITLES[name], *STEPS[name].stands(partner), url(partner, name))


def go_on(request, partner: PartnerMall):
    """The way to the first step that is not done; to the last one where all are.

    A map that leaves goods of the rule without a place holds nothing up: the mall may have none for them.
    """
    rows = steps(partner)
    left = [row for row in rows if not row.is_done]
    if left and left[0].name == "categories" and (words := categories.kept_away(partner)):
        messages.warning(request, words)
        left = left[1:]
    return redirect((left or rows[-1:])[0].url)


def page(request, base: dict, partner: PartnerMall | None, name: str):
    """A step's page, or the way on from it. Without a mall: the first step of a new one."""
    module = STEPS[name]
    context = (
        module.show(request, partner) if hasattr(module, "show") else terms.show(request, partner, module)
    )
    if context is None:
        return _on(request, partner or request.new_partner, name)
    if name == "start" and partner.state != SETUP:
        now = {"mall": partner, "state": partner.get_state_display()}
        messages.info(request, _("%(mall)s was started before. It stands now: %(state)s.") % now)
        return redirect("admin:partners_partnermall_changelist")
    base |= {"title": TITLES[name], "partner": partner, "tone": TONES[partner.state if partner else SETUP]}
    return render(request, module.TEMPLATE, base | {"steps": steps(partner), "here": name} | context)


def _on(request, partner: PartnerMall, name: str):
    partner.refresh_from_db()
    if name == "start":
        messages.success(request, _("%s is started. What is due is being sent.") % partner)
        return redirect("admin:partners_partnermall_changelist")
    if partner.state != SETUP:
        messages.success(request, SAVED[partner.state])
        return redirect(url(partner, name))
    if name not in partner.steps_saved:
        partner.steps_saved = [*partner.steps_saved, name]
        partner.save(update_fields=["steps_saved"])
    return redirect(url(partner, list(STEPS)[list(STEPS).index(name) + 1]))
