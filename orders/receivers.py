"""What this app does when somebody signs in."""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from orders.cart import SESSION_KEY, merge


@receiver(user_logged_in, dispatch_uid="keep_cart_at_login")
def keep_cart(sender, request, user, **kwargs):
    """What was put into the cart before signing in is still there afterwards."""
    token = request.session.pop(SESSION_KEY, None) if hasattr(request, "session") else None
    if token:
        merge(token=token, user=user)
