"""Where payment providers tell what happened."""

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kmall.database import Busy
from orders.payments.notices import receive


@csrf_exempt
@require_POST
def alipay(request):
    """Alipay's notice. Exactly `success` ends its repeats; anything else has it come again."""
    raw = request.body.decode(errors="replace").replace("\x00", "")
    form = {name: text.replace("\x00", "") for name, text in request.POST.items()}
    try:
        is_done = receive(provider_name="alipay", form=form, raw=raw)
    except Busy:
        is_done = False
    return HttpResponse("success" if is_done else "fail", content_type="text/plain")
