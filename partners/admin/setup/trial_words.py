"""What came of a test call, in words that say what to do next."""

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.trial import Trial

WORDS = {
    "transient": gettext_lazy(
        "The mall cannot be reached or is under repair. Check the address, then try again."
    ),
    "unknown": gettext_lazy("No answer that can be read came back. Is this the address of its interface?"),
    "deferred": gettext_lazy("The mall asks us to wait. Try again in a minute."),
    "badcredentials": gettext_lazy(
        "The mall does not take this key. Compare it with what the mall gave you."
    ),
    "misfit": gettext_lazy("The mall does not understand the call. Ask it whether the contract still holds."),
}


def told(trial: Trial) -> str:
    """The result in a sentence, with the mall's own words where it said something; what else there is to
    know is for engineers and stands in a closed box.
    """
    if trial.is_ok:
        return _("The mall answered in %s ms.") % trial.milliseconds
    said = str(WORDS.get(trial.result, WORDS["misfit"]))
    if not trial.detail:
        return said
    if trial.is_theirs:
        return f"{said} ({trial.detail})"
    return format_html("{} <details><summary>{}</summary>{}</details>", said, _("In detail"), trial.detail)
