"""Mark listings as due. One statement, in the transaction of whoever changed something (writes)."""

from django.db import connection, transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from kmall import caching
from partners import record, wake
from partners.models import Listing, PartnerMall
from partners.trail import note

FULL_KINDS = {"text", "picture", "state"}

# A row that the partner does not hold yet needs all of it. `order by` gives every marker the same order of
# locks. A new change makes a row due at once, whatever wait an earlier failure had put on it.
MARK = """
insert into partners_listing as l (
    partner_id, product_id, is_wanted, version, due_full, due_stock, due_since, changed_at, next_try_at,
    attempts, sent_version, sent_hash, sent_offer_hash, confirmed_hash, confirmed_offer_hash,
    sent_prices, confirmed_prices, confirmed_version, is_shown, looks, remote_id, outcome, error_code,
    error_text, error_field)
select m.id, p.id, true, 1, true, false, %(now)s, %(now)s, %(now)s,
    0, 0, '', '', '', '', '', '', 0, false, 0, '', 'none', '', '', ''
from partners_partnermall m cross join catalog_product p
left join partners_listing o on o.partner_id = m.id and o.product_id = p.id
where (%(products)s::bigint[] is null or p.id = any (%(products)s))
  and (%(partner)s::bigint is null or m.id = %(partner)s)
  and (p.state = 'on_sale' or o.id is not null)
order by m.id, p.id
on conflict (partner_id, product_id) do update set
    version = l.version + 1,
    due_full = l.due_full or %(full)s or l.confirmed_hash = '',
    due_stock = l.due_stock or %(stock)s,
    due_since = coalesce(l.due_since, excluded.due_since),
    changed_at = coalesce(l.changed_at, excluded.changed_at),
    next_try_at = excluded.next_try_at,
    attempts = 0,
    mendings = 0
"""


@transaction.atomic
def send_again(listings: QuerySet[Listing], *, actor) -> int:
    """A person has these sent anew, refused ones too, whatever the partner confirmed. How many."""
    now, chosen = timezone.now(), list(listings.values_list("pk", "partner", "product"))
    for partner in PartnerMall.objects.filter(pk__in={mall for _pk, mall, _product in chosen}):
        goods = sorted(product for _pk, mall, product in chosen if mall == partner.pk)
        note(partner, "listings_sent_again", actor=actor, products=goods)
    held = Case(When(confirmed_hash="", then=Value("")), default=Value("?"))
    return record.change(
        Listing.objects.filter(pk__in=[pk for pk, _mall, _product in chosen]),
        version=F("version") + 1,
        due_full=True,
        due_since=Coalesce("due_since", Value(now)),
        next_try_at=now,
        attempts=0,
        mendings=0,
        sent_hash="",
        confirmed_hash=held,
    )


def rules_changed(partner: PartnerMall) -> None:
    """A partner's rule, price, map, frame or state was changed: all its listings, and its section's pages.

    One that is being set up has neither yet; its start comes here too.
    """
    if partner.state == PartnerMall.State.SETUP:
        return
    caching.bump("partners")
    mark_changed(None, {"text", "price", "state"}, partner_id=partner.pk)
    transaction.on_commit(lambda: wake.more(partner), robust=True)


def mark_changed(product_ids: list[int] | None, kinds: set[str], *, partner_id: int | None = None) -> int:
    """Raise the version of every listing of these products (None: of all), at one partner or at all.

    Price and stock go to the quick lane; a change of state goes to both, so that a withdrawal is not kept
    waiting behind texts. The number of listings marked.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            MARK,
            {
                "products": product_ids,
                "partner": partner_id,
                "now": timezone.now(),
                "full": bool(kinds & FULL_KINDS),
                "stock": bool(kinds & {"price", "stock", "state"}),
            },
        )
        return cursor.rowcount
