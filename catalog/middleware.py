"""What every page of goods may meet: a day on which nothing can be priced."""

from django.http import HttpResponse
from django.template.loader import render_to_string

from catalog.no_prices import LACKS, NO_PRICE

RETRY_SECONDS = 600


class NoPricesMiddleware:
    """A stale rate stops quotes instead of guessing: 503 and a page that says what lacks, no wrong price."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, NO_PRICE):
            return None
        context = {"request": request, "lack": LACKS[type(exception)]}
        html = render_to_string("catalog/no_prices.html", context)
        return HttpResponse(html, status=503, headers={"Retry-After": str(RETRY_SECONDS)})
