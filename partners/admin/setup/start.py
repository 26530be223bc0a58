"""The last step: what is missing, what would be listed, and the start."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.admin.commission import terms as commission_terms
from partners.admin.setup import call, categories, connector, key, terms
from partners.commission import agreed
from partners.models import CategoryMap, PartnerMall
from partners.setup import start_partner

TEMPLATE = "admin/partners/setup/start.html"
NEEDED = {
    "connector": (connector.stands, gettext_lazy("The connector is not installed.")),
    "key": (key.stands, gettext_lazy("The key is missing.")),
    "call": (call.stands, gettext_lazy("The mall has not answered a test call yet.")),
}

NO_COMMISSION = gettext_lazy(
    "No commission is agreed. Each sale would be settled for good as earning the mall nothing: it keeps the"
    " commission of its day. Enter it, or 0 if the mall earns none."
)


def show(request, partner: PartnerMall) -> dict | None:
    """Context of the page; None when the mall was started, nothing where it had been started before."""
    if partner.state != PartnerMall.State.SETUP:
        return {}
    missing = [(name, text) for name, (stands, text) in NEEDED.items() if not stands(partner)[0]]
    if not CategoryMap.objects.filter(partner=partner).exists():
        missing.append(("categories", _("No category is mapped, so nothing could be listed.")))
    is_agreed = agreed(partner, timezone.localdate()) is not None
    if not is_agreed:
        missing.append(("price", NO_COMMISSION))
    if request.method == "POST" and not missing:
        if start_partner(partner, actor=request.user):
            return None
        partner.refresh_from_db()
        return {}
    context = {
        "missing": missing,
        "map": categories.stands(partner),
        "commission": commission_terms(partner) if is_agreed else "",
    }
    return context | terms.what_it_does(request, partner, partner)


def stands(partner: PartnerMall) -> tuple[bool, str]:
    if partner.state == PartnerMall.State.SETUP:
        return False, _("not started yet")
    return True, partner.get_state_display()
