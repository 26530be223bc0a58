"""`/tablet/<token>/`: the page of a stall's tablet, its goods as its script fetches them, its worker."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.no_prices import NO_PRICE
from partners import tablet as work


@never_cache
@require_safe
def tablet(request, token):
    """The page with one product: `n` says which. Without a script it leads to the next by itself."""
    with override("zh-hans"):
        display = work.display_of(token)
        if display is None:
            return render(request, "partners/tablet/shut.html", status=404)
        slides = _slides(display)
        made = slides or []
        n = request.GET.get("n", "")
        at = (int(n) - 1) % len(made) if made and n.isdecimal() and len(n) < 6 else 0
        context = {
            "display": display,
            "token": token,
            "count": len(made),
            "at": at + 1,
            "now": timezone.now(),
        }
        context |= {"next": at + 2 if at + 1 < len(made) else 1, "before": at if at else len(made)}
        context |= {"slides": slides and slides[at : at + 1], "seconds": work.SECONDS}
        return render(request, "partners/tablet/page.html", context)


@never_cache
@require_safe
def slides(request, token):
    """All products as a fragment."""
    with override("zh-hans"):
        display = work.display_of(token)
        if display is None:
            raise Http404
        context = {"display": display, "slides": _slides(display), "now": timezone.now()}
        return render(request, "partners/tablet/slides.html", context)


@require_safe
def worker(request, token):
    """The service worker. Where it lies is its scope: this tablet's page and no other of the mall."""
    script = Path(finders.find("js/tablet_worker.js")).read_bytes()
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


def _slides(display):
    """None while no price can be told; no slides where the display has nothing that can be bought."""
    try:
        return work.slides(display)
    except NO_PRICE:
        return None
