"""What must hold of a mall and of what we know of it once all has come to rest."""

import contextlib
from itertools import count

import httpx

from partners import goods
from partners.connectors import connect
from partners.desired import Desired, NotListable, desired, frame
from partners.models import Listing
from partners.select import chosen
from tests.factories.partners import changed
from tests.partners.courses import FORBIDDEN, World

_numbers = count(1)


def require_shown(of: World, *, excused=()) -> None:
    """What the mall shows is what it should be, to the byte, and nothing else.

    What it refuses is told, and shown once its seller has mended it. `excused`: what its people refuse though
    nothing is wrong with it.
    """
    mend_what_was_refused(of, excused)
    of.come_to_rest()
    as_told = of.played.as_told
    items, wanted, connector = of.stand.state()["items"], should_be(of), connect(of.mall)
    assert set(items) <= {f"P{product.pk}" for product in of.goods} | of.gone
    shown = {out_id: (item["content"], item["offer"]) for out_id, item in items.items() if item["content"]}
    assert shown == {
        f"P{pk}": (as_told(connector.content(part.content)), as_told(connector.offer_part(part.offer)))
        for pk, part in wanted.items()
    }
    rows = {row.product_id: row for row in Listing.objects.filter(partner=of.mall)}
    assert {pk for pk, row in rows.items() if row.is_shown} == set(wanted)
    assert {rows[pk].outcome for pk in wanted} <= {"ok"}
    held = {pk: version(items[f"P{pk}"]) for pk in wanted}
    assert held == {pk: rows[pk].confirmed_version for pk in wanted}


def require_idle(of: World, monkeypatch) -> None:
    """What is unchanged costs no call, in either lane."""
    items = of.stand.state()["items"]
    with calls_counted(monkeypatch) as calls:
        for kind in ("text", "stock", "state"):  # one, the other, both
            for product in of.goods:
                changed(product, kind)
            of.come_to_rest()
    assert calls == [], "something unchanged was sent, or asked for"
    assert of.stand.state()["items"] == items


def require_own_answers(mall, outcome: str) -> list[str]:
    """Of half a batch refused each listing has its own answer; those that the mall took, by its own word."""
    there = {f"P{row.product_id}": row for row in Listing.objects.all()}
    taken = {shown.out_id: shown.remote_id for shown in connect(mall).look(list(there))}
    assert len(taken) == 2
    assert {name: (row.outcome, row.error_code, row.remote_id) for name, row in there.items()} == {
        name: (outcome, "", taken[name]) if name in taken else ("refused", "REVIEW", "") for name in there
    }
    return list(taken)


def mend_what_was_refused(of: World, excused) -> None:
    """It rests, with the reason, until its seller writes another text."""
    for pk in should_be(of):
        listing = Listing.objects.select_related("product").get(partner=of.mall, product=pk)
        is_wrong = FORBIDDEN in listing.product.name_zh_hans
        assert listing.outcome == "refused" if is_wrong else listing.error_code in ("", *excused)
        if listing.outcome == "refused":
            assert listing.error_code
            assert (listing.due_full, listing.due_stock) == (False, False)
            changed(listing.product, "text", name_zh_hans=f"改过{next(_numbers)} 精华液")


def should_be(of: World) -> dict[int, Desired]:
    """State of each product that is to be shown there, by its key."""
    wanted = set(chosen(of.mall).values_list("pk", flat=True))
    days = dict(Listing.objects.filter(partner=of.mall).values_list("product_id", "link_day"))
    found, common = {}, frame(of.mall)
    for pk, product in goods.read(sorted(wanted)).items():
        with contextlib.suppress(NotListable):
            found[pk] = desired(product, common, days[pk])
    return found


def version(item: dict) -> int:
    """The highest under which a mall holds something of an item."""
    return max(value for name, value in item.items() if name.endswith("version"))


@contextlib.contextmanager
def calls_counted(monkeypatch):
    """What is sent to anybody meanwhile."""
    sent, send = [], httpx.Client.send

    def counted(client, request, **kwargs):
        sent.append(request.url)
        return send(client, request, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(httpx.Client, "send", counted)
        yield sent
