"""What happens when somebody has signed in."""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils.translation import get_language

from kmall.models import User


@receiver(user_logged_in, dispatch_uid="remember_language")
def remember_language(sender, request, user, **kwargs):
    """The language of the page one signs in on is the language of one's mails."""
    language = get_language()
    if user.language != language and request and not request.path.startswith("/admin/"):
        User.objects.filter(pk=user.pk).update(language=language)
        user.language = language
