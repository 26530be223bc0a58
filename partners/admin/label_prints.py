"""What the page asks that stands before a print where a display has labels in force."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners import printing
from partners.admin.without import NO_PRICES, WITHOUT
from partners.label_sheet import PAPERS
from partners.models import Display
from partners.printing import Print, Today, Way

MOST_PRINTS = 5


@dataclass(frozen=True)
class Choice:
    """A way to print in words: what it is for and what becomes of the papers that hang, and its button."""

    way: Way
    title: str
    sentences: list[str]
    button: str
    count: int


def choices(display: Display, paper: str) -> dict:
    """Context of the page. A fixed number of queries."""
    prints = printing.prints(display)
    in_force = sum(of.count for of in prints)
    try:
        today, without = printing.today(display), None
    except NO_PRICES as missing:
        today, without = None, WITHOUT[type(missing)]
    offered = [_again(in_force, today)] if in_force else []
    if today:
        offered.append(_lacking(today, in_force))
        offered += [_anew(today, in_force)] if in_force else []
    return {
        "title": _("Print labels"),
        "display": display,
        "paper": PAPERS[paper],
        "prints": prints[:MOST_PRINTS],
        "earlier": _together(prints[MOST_PRINTS:]),
        "in_force": in_force,
        "superseded": printing.superseded_there(display) if display.is_open else 0,
        "seen": printing.newest(display),
        "choices": offered,
        "without": without,
    }


def _together(prints: list[Print]) -> Print | None:
    """Those before as one, of the day of the first."""
    return Print(prints[-1].day, None, sum(of.count for of in prints)) if prints else None


def _again(n: int, today: Today | None) -> Choice:
    sentences = [_("For a print that was lost or damaged."), _("Nothing is superseded.")]
    if today and today.outdated:
        text = ngettext(
            "%d of them is out of date and is printed as it was.",
            "%d of them are out of date and are printed as they were.",
            today.outdated,
        )
        sentences.append(text % today.outdated)
    button = ngettext("Print %d again", "Print %d again", n) % n
    return Choice(Way.AGAIN, _("Print again with the same numbers"), sentences, button, n)


def _lacking(today: Today, in_force: int) -> Choice:
    n, title = today.lacking, _("Print only what is lacking")
    if not in_force:
        title = _("Print labels")
        sentences = [_("Every product of this display that is on sale gets a label.")]
    else:
        sentences = [
            _("For goods that have no label in force, or one that is out of date."),
            _("Only the labels out of date are superseded; the others hang on.")
            if n
            else _("Now there are none: whatever can be printed has a label that is right."),
        ]
    button = ngettext("Print %d label", "Print %d labels", n) % n
    return Choice(Way.LACKING, title, sentences, button, n)


def _anew(today: Today, in_force: int) -> Choice:
    outcome = ngettext(
        "%d label that hangs there is superseded and has to be taken down; it is listed as out of date "
        "until that is noted.",
        "%d labels that hang there are superseded and have to be taken down; they are listed as out of date "
        "until that is noted.",
        in_force,
    )
    sentences = [_("For a new set of labels for the whole display."), outcome % in_force]
    n = today.all
    button = ngettext("Number %d anew", "Number %d anew", n) % n
    return Choice(Way.ANEW, _("Number all anew"), sentences, button, n)
