"""The test call: a real one, and what came of it."""

from django.contrib import messages
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.admin.setup.trial_words import told
from partners.category_map import keep_remote
from partners.keys import believed_again
from partners.models import Call, PartnerMall
from partners.trail import note
from partners.trial import KIND, try_out

TEMPLATE = "admin/partners/setup/call.html"
SHOWN = 5


def show(request, partner: PartnerMall) -> dict | None:
    """Context of the page; None when a mall that is being set up has answered."""
    if request.method == "POST" and call_mall(request, partner):
        partner.refresh_from_db()
        if partner.state == PartnerMall.State.SETUP:
            return None
    return {
        "calls": Call.objects.filter(partner=partner, kind=KIND)[:SHOWN],
        "has_key": bool(partner.credentials),
    }


def call_mall(request, partner: PartnerMall) -> bool:
    """Call the mall, keep the categories that it lists, say what came of it. Whether it answered."""
    trial = try_out(partner)
    note(partner, "test_call", actor=request.user, is_answered=trial.is_ok)
    if not trial.is_ok:
        messages.error(request, told(trial))
        return False
    messages.success(request, f"{told(trial)} {_fetched(partner, trial.categories)}".strip())
    if believed_again(partner, actor=request.user):
        messages.success(request, _("The mall takes our key again, so what waits is being sent."))
    return True


def _fetched(partner, categories) -> str:
    if not categories:
        return ""
    keep_remote(partner, categories)
    n = len(categories)
    return ngettext("It lists %(n)s category.", "It lists %(n)s categories.", n) % {"n": n}


def stands(partner: PartnerMall) -> tuple[bool, str]:
    if partner.tested_at is None:
        return False, _("not tried yet")
    return True, _("answered on %s") % date_format(timezone.localtime(partner.tested_at), "Y-m-d H:i")
