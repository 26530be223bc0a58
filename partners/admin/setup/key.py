"""The mall's key: typed part by part, never shown again; a new one is tried beside the one in use."""

from django import forms
from django.contrib import messages
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import keys
from partners.admin.setup.trial_words import told
from partners.connectors import profile
from partners.models import PartnerMall

TEMPLATE = "admin/partners/setup/key.html"


class KeyForm(forms.Form):
    """One box for each part, always empty when shown. A part that is put away already may stay empty."""

    def __init__(self, data, *, partner: PartnerMall):
        super().__init__(data)
        about = profile(partner.connector)
        kept = keys.kept_parts(partner)
        for name, label in (about.key if about else {}).items():
            self.fields[name] = forms.CharField(
                label=label,
                required=name not in kept,
                help_text=gettext_lazy("kept, not shown") if name in kept else "",
                max_length=4000,
                widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )


def show(request, partner: PartnerMall) -> dict | None:
    """Context of the page; None when a mall that is being set up has its key."""
    done = False
    if request.method == "POST":
        done = {"discard": _discard, "try": _try}.get(request.POST.get("do"), _enter)(request, partner)
        if done and partner.state == PartnerMall.State.SETUP:
            return None
    bound = (
        request.POST if request.method == "POST" and request.POST.get("do") == "enter" and not done else None
    )
    return {
        "form": KeyForm(bound, partner=partner),
        "has_key": bool(partner.credentials),
        "has_new": keys.has_new(partner),
        "is_whole": not set(_names(partner)) - keys.kept_parts(partner),
    }


def _enter(request, partner) -> bool:
    if not _names(partner):
        return False
    typed = {name: request.POST.get(name, "").strip() for name in _names(partner)}
    if not any(typed.values()) and set(typed) - keys.kept_parts(partner):
        messages.error(request, _("Nothing was typed, so nothing is stored."))
        return False
    missing = keys.keep(partner, typed, _names(partner), actor=request.user)
    if missing:
        messages.warning(request, _("What you typed is kept, unseen. The rest is still missing."))
        return False
    if partner.state != PartnerMall.State.SETUP:
        return _try(request, partner)
    messages.success(request, _("The key is stored. It is not shown again."))
    return True


def _try(request, partner) -> bool:
    if not set(_names(partner)) <= keys.kept_parts(partner):
        messages.error(request, _("No new key waits, or only a part of one."))
        return False
    try:
        trial = keys.try_new(partner, actor=request.user)
    except keys.OtherKeyWaits:
        partner.refresh_from_db()
        messages.error(
            request,
            _("A colleague changed the new key while yours was tried: yours is not in use. Try again."),
        )
        return False
    if trial.is_ok:
        messages.success(request, _("The mall takes the new key. It is in use from now on."))
        return True
    waits = _("The new key waits, the old one stays in use.")
    messages.error(request, format_html("{} {}", waits, told(trial)))
    return False


def _discard(request, partner) -> bool:
    keys.discard(partner, actor=request.user)
    partner.refresh_from_db()
    messages.success(request, _("The new key is forgotten, the old one stays in use."))
    return False


def _names(partner) -> list[str]:
    about = profile(partner.connector)
    return list(about.key) if about else []


def stands(partner: PartnerMall) -> tuple[bool, str]:
    if keys.has_new(partner):
        return bool(partner.credentials), _("a new one waits to be taken")
    return bool(partner.credentials), _("stored") if partner.credentials else _("missing")
