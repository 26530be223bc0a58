"""A mall that reads our feed by itself and stops: KITA is told once a silence, and once more when it is over.

Whatever it does not read stays on its page as it was, sold out or dearer by now; no call of ours fails of it.
"""

import datetime
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from partners.connectors import able
from partners.models import Feed, PartnerMall
from partners.verdict import tell_kita

SILENT_AFTER = datetime.timedelta(hours=6)  # it reads every few seconds; a repair there takes an hour or two


def feeds() -> dict[int, Feed]:
    """The feeds that a mall should be reading now, without their bytes, by the mall's key."""
    rows = Feed.objects.filter(partner__state=PartnerMall.State.ACTIVE).select_related("partner")
    return {feed.partner_id: feed for feed in rows.defer("manifest") if "feed" in able(feed.partner)}


def read_last(feed: Feed) -> datetime.datetime:
    """When the mall asked last; of one that never did, since when it could have."""
    return feed.asked_at or feed.opened_at


def is_silent(feed: Feed, now: datetime.datetime) -> bool:
    return now - read_last(feed) > SILENT_AFTER


def tell_of_silence() -> None:
    """Mail KITA of each mall that stopped reading or reads again and of which it has had no such mail yet; a
    mail server that is away is tried again by the next sweep (writes).
    """
    now = timezone.now()
    for feed in feeds().values():
        own, since = Feed.objects.filter(pk=feed.pk), feed.silent_since
        if since and read_last(feed) > since:
            if tell_kita(partial(_over, feed.partner, since)):
                own.update(silent_since=None)
        elif since is None and is_silent(feed, now) and tell_kita(partial(_begun, feed)):
            own.update(silent_since=read_last(feed))


def moment(at: datetime.datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _begun(feed: Feed) -> tuple[str, str]:
    told = {"partner": feed.partner.name, "time": moment(read_last(feed))}
    subject = _("%(partner)s has stopped reading our feed") % told
    said = _("Last read: %(time)s.") if feed.asked_at else _("It has never read it, since %(time)s.")
    body = _("What has changed since is not on its page. Nothing can be done from here: please ask the mall.")
    return subject, f"{said % told}\n\n{body}"


def _over(partner: PartnerMall, since: datetime.datetime) -> tuple[str, str]:
    subject = _("%(partner)s reads our feed again") % {"partner": partner.name}
    body = _("It had not read it since %(time)s. It takes what has changed since by itself.")
    return subject, body % {"time": moment(since)}
