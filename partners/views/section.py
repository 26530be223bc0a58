"""`/partner/<code>/`: pages of ours in a partner's frame, the same for everybody and kept whole."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from catalog.models import Category
from kmall.page_cache import cached_page
from partners import section as work
from partners.models import PartnerMall


@cached_page(names=("catalog", "partners"), query=work.QUERY)
def section(request, code, slug=None):
    """The Korean-goods section of a partner, or one category of it."""
    partner = get_object_or_404(PartnerMall.objects.exclude(state=PartnerMall.State.SETUP), code=code)
    category = get_object_or_404(Category, slug=slug) if slug else None
    return render(request, "partners/section.html", work.page(partner, category, request.GET))


def frame(request, code, colour):
    """The partner's colours as a style sheet."""
    css = HttpResponse(work.frame_css(colour), content_type="text/css")
    css["Cache-Control"] = "public, max-age=31536000, immutable"
    return css
