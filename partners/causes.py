"""What keeps goods from being on sale at a partner, in plain words: what is wrong, what to do, where.

A cause is known by its code: ours, or the one in a partner's refusal (docs/partners). The words are for
a seller; where KITA has to act they say so.
"""

from dataclasses import dataclass
from enum import Enum

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import Listing


class Place(Enum):
    """Where a cause is mended. Values of fields of the product's form are the ids of their elements."""

    KOREAN_NAME = "id_name_ko"
    NAME = "id_name_zh_hans"
    DESCRIPTION = "id_description_zh_hans"
    BRAND = "id_brand_zh_hans"
    PICTURES = "pictures"
    OPTIONS = "id_skus-0-code"
    PRICE = "id_skus-0-price_krw"
    STOCK = "id_skus-0-on_hand"
    CATEGORY = "id_category_id"
    HS = "id_hs_id"
    ORIGIN = "id_origin"
    DELIVERY = "id_delivery"
    PRODUCT = ""
    SELLER = "seller"
    MAP = "map"
    RULE = "rule"
    RESERVE = "reserve"
    PARTNER = "partner"
    CREDENTIALS = "credentials"
    RATE = "rate"
    TAX_RATE = "tax rate"
    SEND = "send"
    LOOK = "look"


@dataclass(frozen=True)
class Cause:
    """`text`: one sentence that says what is wrong; `to_do`: one that says what happens next or who acts."""

    text: str | Promise
    to_do: str | Promise
    places: tuple[Place, ...] = ()


_EDIT = _("Change it in the product form and submit it: once KITA has approved, it is sent again by itself.")
_KITA = _("KITA sees to it; you need do nothing.")
_LAST_PRICE = _(
    "KITA sees to it. Until then the mall keeps the last price; only its stock is kept up to date."
)
_BY_ITSELF = _("You need do nothing: it goes on by itself.")

# the product and its seller, in our own mall
OF_PRODUCT = {
    "NOT_SUBMITTED": Cause(
        _("The product is a draft: it has not been submitted to KITA yet."),
        _("Complete it and submit it for approval."),
        (Place.PRODUCT,),
    ),
    "WAITS_FOR_KITA": Cause(
        _("The product is waiting for KITA's approval."), _("It goes to the malls as soon as KITA approves.")
    ),
    "RETURNED": Cause(
        _("KITA has returned the product with its reasons."),
        _("Mend what KITA named and submit it again."),
        (Place.PRODUCT,),
    ),
    "WITHDRAWN": Cause(
        _("The seller has taken the product off sale."),
        _("Put it on sale again at the foot of the product form."),
        (Place.PRODUCT,),
    ),
    "SUSPENDED": Cause(
        _("KITA has suspended the product."), _("Ask KITA why; only KITA can release it."), (Place.PRODUCT,)
    ),
    "SELLER_SUSPENDED": Cause(
        _("KITA has suspended the seller, so none of its goods are on sale."),
        _("Only KITA can lift the suspension."),
        (Place.SELLER,),
    ),
    "SELLER_NOT_ADMITTED": Cause(
        _("KITA has not admitted the seller yet."),
        _("Its goods go on sale once KITA admits it."),
        (Place.SELLER,),
    ),
}

# what no mall lists without: the codes of `partners.desired.NotListable`
NOT_LISTABLE = {
    "NO_CHINESE_NAME": Cause(_("The Chinese name is missing."), _EDIT, (Place.NAME,)),
    "NO_SKU": Cause(_("No option is on offer."), _EDIT, (Place.OPTIONS,)),
    "NO_PICTURE": Cause(_("A picture is missing."), _EDIT, (Place.PICTURES,)),
    "CATEGORY_NOT_MAPPED": Cause(
        _("The category is not mapped to one of the partner."),
        _("KITA maps it; if the category is wrong, choose another in the product form."),
        (Place.MAP, Place.CATEGORY),
    ),
}
LACKING = Q(outcome=Listing.Outcome.REFUSED, error_code__in=list(NOT_LISTABLE))  # rows that were never sent
REFUSED = Q(outcome=Listing.Outcome.REFUSED) & ~Q(error_code__in=list(NOT_LISTABLE))

# what it can be sold with there
OF_OFFER = {
    "SOLD_OUT": Cause(
        _("Nothing is left in stock, so the mall shows it as sold out."),
        _("Count the stock in: the mall shows it within a minute."),
        (Place.STOCK,),
    ),
    "KEPT_BACK": Cause(
        _("All that is in stock is kept back: this mall is shown only what exceeds its reserve."),
        _("Count more stock in, or let KITA change the mall's reserve or share."),
        (Place.STOCK, Place.RESERVE),
    ),
    "NO_RATE": Cause(
        _("There is no exchange rate or price rule for today, so no price can be quoted."),
        _LAST_PRICE,
        (Place.RATE,),
    ),
    "NO_TAX_RATE": Cause(
        _("There is no tax rate of the product for today, so no price can be quoted."),
        _LAST_PRICE,
        (Place.TAX_RATE, Place.HS),
    ),
}

# the mall's own state
OF_MALL = {
    "MALL_SETUP": Cause(
        _("KITA is still setting this mall up."), _("Goods go there once KITA starts it."), (Place.PARTNER,)
    ),
    "MALL_PAUSED": Cause(
        _("KITA has paused this mall: nothing is sent there."),
        _("What is due waits and is sent when KITA resumes it."),
        (Place.PARTNER,),
    ),
    "MALL_CREDENTIALS": Cause(
        _("This mall no longer takes our credentials: nothing can be sent there."),
        _("KITA enters new ones; then all that is due is sent by itself."),
        (Place.CREDENTIALS,),
    ),
    "BAD_RULE": Cause(
        _("The listing rule of this mall cannot be read, so nobody can say what belongs there."),
        _KITA,
        (Place.RULE,),
    ),
    "BREAKER_OPEN": Cause(
        _("Too many calls to this mall failed, so it is left alone for a moment."),
        _("A trial call goes out by itself within half a minute."),
    ),
}

# on the way: the row's own state
OF_WAY = {
    "LEAVING": Cause(_("It is no longer meant for this mall and is being taken off there."), _BY_ITSELF),
    "NO_ROW": Cause(
        _("It should be at this mall, but was never put in line for it."), _("Send it now."), (Place.SEND,)
    ),
    "DUE": Cause(_("It is in line and will be sent shortly."), _BY_ITSELF, (Place.SEND,)),
    "WAITS": Cause(
        _("It is in line; the mall has asked us to wait, or an earlier try failed."),
        _BY_ITSELF,
        (Place.SEND,),
    ),
    "RECEIPT_AWAITED": Cause(
        _("The mall has taken it in and has not said yet what became of it."),
        _("Its answer is fetched by itself; if none comes in time, it is looked up and sent again."),
        (Place.LOOK,),
    ),
    "ACCEPTED": Cause(
        _("The mall has accepted it, but it has not been seen on its page yet."),
        _("It is looked up by itself; if it does not appear, it is sent again."),
        (Place.LOOK,),
    ),
    "APPLIED": Cause(
        _("The mall has applied it, but it has not been seen on its page yet."),
        _("It is looked up by itself; if it does not appear, it is sent again."),
        (Place.LOOK,),
    ),
    "REMOVED_THERE": Cause(
        _("It has gone from the mall's page, taken off there by its staff."),
        _("It is sent again by itself; if that keeps happening, let KITA ask the mall."),
        (Place.SEND, Place.LOOK),
    ),
    "UNREACHABLE": Cause(
        _("The mall does not answer at the moment."), _("It is tried again by itself."), (Place.SEND,)
    ),
    "NOT_UNDERSTOOD": Cause(
        _("The mall does not understand what we send: KITA is looking into it."),
        _("It is tried again by itself; who looks after the connection finds the answer below."),
        (Place.SEND,),
    ),
    "UNKNOWN_OUTCOME": Cause(
        _("We have no clear answer: it may have arrived or not."),
        _("It is looked up by itself."),
        (Place.LOOK,),
    ),
}

# refusals of partners: the codes of docs/partners
OF_REFUSAL = {
    "BAD_ID": Cause(_("The mall does not take the number of the product or of an option."), _KITA),
    "BAD_TITLE": Cause(
        _("The Chinese name must have 2 to 60 characters, with Chinese ones among them."),
        _EDIT,
        (Place.NAME,),
    ),
    "FORBIDDEN_WORD": Cause(
        _("The Chinese text has a word that the advertising law forbids."),
        _EDIT,
        (Place.NAME, Place.DESCRIPTION),
    ),
    "TOO_LONG": Cause(_("A text is longer than the partner allows."), _EDIT, (Place.DESCRIPTION,)),
    "UNKNOWN_CATEGORY": Cause(
        _("The partner does not know the category any more: KITA has to map it anew."), _KITA, (Place.MAP,)
    ),
    "UNKNOWN_ITEM": Cause(
        _("The mall does not hold the product, of which only price and stock were sent."),
        _("Send it whole."),
        (Place.SEND,),
    ),
    "BAD_ORIGIN": Cause(_("The partner's section takes Korean goods only."), _EDIT, (Place.ORIGIN,)),
    "BAD_PICTURE": Cause(_("The partner needs one to five pictures."), _EDIT, (Place.PICTURES,)),
    "BAD_LINK": Cause(
        _("The link to our product page was not accepted: KITA is to look at the shop's address."),
        _KITA,
        (Place.PARTNER,),
    ),
    "BAD_SKUS": Cause(_("The options were not accepted."), _EDIT, (Place.OPTIONS,)),
    "BAD_PRICE": Cause(_("The price was not accepted."), _EDIT, (Place.PRICE,)),
    "BAD_STOCK": Cause(
        _("The stock was not accepted."), _("Correct the stock: it is sent at once."), (Place.STOCK,)
    ),
    "BAD_VERSION": Cause(
        _("The mall does not take the version that was sent."), _("Send it again."), (Place.SEND,)
    ),
    "BAD_KEY": Cause(_("The mall does not take the key that was sent."), _("Send it again."), (Place.SEND,)),
    "REVIEW": Cause(
        _("The partner's own reviewers hold it back."),
        _("Change what they name below, if they name it; otherwise KITA asks them."),
        (Place.PRODUCT,),
    ),
}
NOT_KNOWN = Cause(
    _("The mall refused it for a reason that stands below in its own words."),
    _("Change what it names; if it names nothing of the product, KITA asks the mall."),
    (Place.PRODUCT,),
)

# where the field that a partner names is mended
FIELDS = {
    "title": Place.NAME,
    "title_ko": Place.KOREAN_NAME,
    "brand": Place.BRAND,
    "seller": Place.SELLER,
    "town": Place.SELLER,
    "origin": Place.ORIGIN,
    "description": Place.DESCRIPTION,
    "pictures": Place.PICTURES,
    "category": Place.MAP,
    "skus": Place.OPTIONS,
    "price_fen": Place.PRICE,
    "was_fen": Place.PRICE,
    "landed_fen": Place.PRICE,
    "stock": Place.STOCK,
}


def is_refused_there(listing: Listing) -> bool:
    """Whether the partner refused it: what is refused for something of ours was never sent."""
    return listing.outcome == Listing.Outcome.REFUSED and listing.error_code not in NOT_LISTABLE


def reason(listing: Listing) -> str:
    """Why a listing is not as it should be, in the reader's language; empty when all is well."""
    if listing.error_code not in KNOWN:
        if listing.outcome == Listing.Outcome.UNKNOWN:
            return str(OF_WAY["UNKNOWN_OUTCOME"].text)
        if listing.outcome != Listing.Outcome.REFUSED:
            return ""
    return refusal(listing.error_code, listing.error_text)


def refusal(code: str, words: str) -> str:
    """Why a mall did not do what was asked of it, in the reader's language. `words`: its own."""
    if cause := KNOWN.get(code):
        return str(cause.text)
    if words:
        return _("The mall refused it in these words: “%(words)s”") % {"words": words}
    return str(_("The mall refused it without a reason."))


MENDED_BY_HAND = NOT_LISTABLE | OF_REFUSAL
KNOWN = MENDED_BY_HAND | OF_WAY
