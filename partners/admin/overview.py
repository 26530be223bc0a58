"""KITA's overview of the partner malls: figures that lead to lists, calls of a day, the breaker in words."""

import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders.reports import chart
from partners import breaker, silence
from partners.admin.call import READINGS
from partners.admin.listing import ListingAdmin
from partners.admin.setup import pages, ways
from partners.connectors import able
from partners.models import PartnerMall
from partners.overview import MallHealth, malls_health
from partners.switch import pause, resume

State = PartnerMall.State
TONES = {State.SETUP: "info", State.ACTIVE: "good", State.PAUSED: "wait", State.CREDENTIALS: "bad"}
WHAT_IT_MEANS = {
    State.PAUSED: gettext_lazy("Nothing is sent there and no order is fetched. What is due waits."),
    State.CREDENTIALS: gettext_lazy("The mall refuses our key. Nothing is sent until a new one is entered."),
    State.SETUP: gettext_lazy("Not started yet. Nothing is sent there."),
}
DEED_OF = {State.ACTIVE: "pause", State.PAUSED: "resume"}
DEEDS = {"pause": pause, "resume": resume}


def page(request, base: dict):
    """Every partner mall, in the order in which somebody has to look after it."""
    now = timezone.now()
    malls = [_card(health, now) for health in malls_health()]
    return render(
        request,
        "admin/partners/overview.html",
        base | {"title": _("Partner malls"), "malls": malls, "as_of": now},
    )


def switch(request, partner: PartnerMall, deed: str) -> None:
    """Pause or resume, and say what came of it."""
    if deed not in DEEDS or not DEEDS[deed](partner, actor=request.user):
        messages.error(request, _("%s was changed meanwhile, nothing was done. Look again.") % partner)
    elif deed == "pause":
        messages.success(request, _("%s is paused. What is due waits and is sent when resumed.") % partner)
    else:
        messages.success(request, _("%s is active again. What waited is being sent.") % partner)


def _card(health: MallHealth, now: datetime.datetime) -> dict:
    partner = health.partner
    return {
        "partner": partner,
        "tone": TONES[partner.state],
        "meaning": WHAT_IT_MEANS.get(partner.state, ""),
        "silence": _silence(health, now) if health.is_silent else "",
        "figures": _figures(health),
        "facts": _facts(health, now),
        "chart": _chart(health) if health.calls else None,
        "calls": health.calls,
        "errors": health.errors,
        "empty": health.empty,
        "calls_url": _list("call", partner, at__gte=health.hours[0].start.isoformat()),
        "errors_url": _list("call", partner, at__gte=health.hours[0].start.isoformat(), failed=1),
        "way_on": _way_on(partner),
        "deed": DEED_OF.get(partner.state),
    }


def _way_on(partner: PartnerMall) -> tuple[str, str] | None:
    """(words, address) of what a mall waits for a person to do."""
    if partner.state == State.SETUP:
        return _("Go on with the set-up"), ways.url(partner, pages.NEXT)
    return (_("Enter a new key"), ways.url(partner, "key")) if partner.state == State.CREDENTIALS else None


def _figures(health: MallHealth) -> list[tuple]:
    """(label, number, address of its list, tone)."""
    partner, listings = health.partner, health.pending
    orders = _list("partnerorder", partner, state__exact="awaiting")
    return [
        (_("on sale there"), health.live, _list("listing", partner, is_shown__exact=1), "first"),
        (_("waiting to be sent"), listings, _list("listing", partner, due=1), ""),
        (_("refused"), *_alarm(health.refused, _list("listing", partner, to_mend="refused"))),
        (_("failing"), *_alarm(health.failing, _list("listing", partner, outcome__in="failed,unknown"))),
        (_("orders awaiting mapping"), *_alarm(health.awaiting, orders)),
        (_("drifts not mended"), *_alarm(health.drifts, _list("drift", partner, open=1))),
    ]


def _alarm(number: int, url: str) -> tuple[int, str, str]:
    return number, url, "bad" if number else ""


def _facts(health: MallHealth, now) -> list[tuple]:
    """(what, in words, address of its list or empty)."""
    partner = health.partner
    due = _list("listing", partner, due=1, o=ListingAdmin.list_display.index("waiting") + 1)
    known = _list("listing", partner, is_shown__exact=1)
    since = _ago(health.due_since, now)
    return [
        (_("Longest wait to be sent"), since or _("nothing waits"), due if since else ""),
        (_("Circuit breaker"), breaker_words(partner, now), ""),
        (_("Last compared in full"), _past(partner.reconciled_at, now) or _("not yet"), ""),
        (_("Age of what we know"), _knowledge(health, now), known),
        *_reading(health, now),
        *_lacking(health),
        *_after_the_sale(health),
    ]


def _silence(health: MallHealth, now) -> str:
    at = silence.read_last(health.feed)
    told = {"time": silence.moment(at), "ago": _ago(at, now)}
    if health.feed.asked_at:
        return _("Not read since %(time)s (%(ago)s): what changed since is not on its page.") % told
    return _("Never read since %(time)s (%(ago)s): nothing of ours is on its page.") % told


def _reading(health: MallHealth, now) -> list[tuple]:
    """Of a mall that reads our feed by itself, when it did last."""
    if health.feed is None:
        return []
    readings = _list("call", health.partner, kind=",".join(READINGS))
    return [(_("Our feed last read"), _past(health.feed.asked_at, now) or _("not yet"), readings)]


def _lacking(health: MallHealth) -> list[tuple]:
    """What was never sent, since something of ours is missing."""
    if not (n := health.lacking):
        return []
    words = ngettext("%(n)s waits to be completed", "%(n)s wait to be completed", n) % {"n": n}
    return [(_("Not listable"), words, _list("listing", health.partner, to_mend="lacking"))]


def _after_the_sale(health: MallHealth) -> list[tuple]:
    """What a mall asks and states, as far as its connector can."""
    partner, can, facts = health.partner, able(health.partner), []
    if "requests" in can:
        waiting = {"waiting": 1} if health.returns else {}
        facts.append((_("Cancels and returns"), _returns(health.returns), _requests(partner, **waiting)))
    if n := health.problems:
        words = ngettext("%(n)s needs a look", "%(n)s need a look", n) % {"n": n}
        facts.append((_("Requests with a problem"), words, _requests(partner, waiting="look")))
    if "statements" in can:
        month = f"{reverse('admin:partners_statement_month')}?partner={partner.pk}"
        facts.append((_("Daily statements"), _stated(health), month))
    return facts


def _requests(partner: PartnerMall, **query) -> str:
    query = {"order__partner__id__exact": partner.pk} | query
    return f"{reverse('admin:partners_partnerrequest_changelist')}?{urlencode(query)}"


def _returns(n: int) -> str:
    words = ngettext("%(n)s waits for a decision", "%(n)s wait for a decision", n) % {"n": n}
    return words if n else _("none waits for a decision")


def _stated(health: MallHealth) -> str:
    if health.stated is None:
        return _("none yet")
    n, day = health.differences, f"{health.stated:%Y-%m-%d}"
    if not n:
        return _("up to %(day)s, all agreed") % {"day": day}
    told = {"day": day, "n": n}
    return ngettext("up to %(day)s, %(n)s difference", "up to %(day)s, %(n)s differences", n) % told


def breaker_words(partner: PartnerMall, now: datetime.datetime) -> str:
    """Whether calls go through, and if not, when one is tried again."""
    if partner.state != State.ACTIVE:
        return _("no calls are made")
    condition = breaker.condition(partner, now)
    if condition == "closed":
        return _("calls go through")
    said = _("%(failures)s of %(calls)s calls failed") % {
        "failures": partner.breaker_failures,
        "calls": partner.breaker_calls,
    }
    if condition == "failing":
        return _("%(failed)s, the next is made as usual") % {"failed": said}
    if condition == "trial":
        return _("%(failed)s; stopped, the next call is a trial") % {"failed": said}
    at = timezone.localtime(partner.breaker_open_until)
    return _("%(failed)s; stopped, a trial call follows at %(time)s") % {
        "failed": said,
        "time": f"{at:%H:%M:%S}",
    }


def _knowledge(health: MallHealth, now) -> str:
    if not health.live:
        return _("nothing is on sale there")
    if health.unseen:
        n = health.unseen
        return ngettext("%(n)s listing was never looked at", "%(n)s listings were never looked at", n) % {
            "n": n
        }
    return _("up to %s") % _ago(health.seen_at, now)


def _ago(moment, now) -> str:
    return timesince(moment, now, depth=1) if moment else ""


def _past(moment, now) -> str:
    return _("%s ago") % _ago(moment, now) if moment else ""


def _chart(health: MallHealth) -> chart.Chart:
    """Calls of each hour: those that went through in the first colour, those that failed in the fourth, polls
    that brought nothing in the fifth; of these there is no list.
    """
    columns = []
    for hour in health.hours:
        local = timezone.localtime(hour.start)
        until = hour.start + datetime.timedelta(hours=1)
        span = {"at__gte": hour.start.isoformat(), "at__lt": until.isoformat()}
        title = _("%(time)s: %(calls)s calls, %(errors)s failed, %(empty)s brought nothing") % {
            "time": f"{local:%H:%M}",
            "calls": hour.calls,
            "errors": hour.errors,
            "empty": hour.empty,
        }
        parts = [
            (4, hour.empty, title, ""),
            (0, hour.fruitful, title, _list("call", health.partner, **span)),
            (3, hour.errors, title, _list("call", health.partner, **span, failed=1)),
        ]
        columns.append((f"{local:%H}", parts))
    return chart.stacked(columns, step_label=str, peak_label=str)


def _list(model: str, partner: PartnerMall, **query) -> str:
    """The list of a model's rows of one mall, narrowed by `query`."""
    address = reverse(f"admin:partners_{model}_changelist")
    return f"{address}?{urlencode({'partner__id__exact': partner.pk} | query)}"
