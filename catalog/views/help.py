from django.http import Http404
from django.shortcuts import render

from catalog.notes import NOTES
from kmall.page_cache import cached_page


@cached_page(names=())
def note(request, topic):
    """A page of notes: how buying across the border works, duties, returns, data, service, selling."""
    if topic not in NOTES:
        raise Http404
    context = {"topic": topic, "title": NOTES[topic], "notes": NOTES}
    return render(request, f"catalog/help/{topic}.html", context)
