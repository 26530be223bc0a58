"""The shop speaks Chinese and Korean; English, which Django knows as well, is the desk's."""

from django.conf import settings
from django.http import HttpResponseRedirect
from django.middleware.locale import LocaleMiddleware
from django.utils.translation import get_language_from_path


def is_spoken(language: str | None) -> bool:
    return language is None or language in settings.STOREFRONT_LANGUAGES


class ShopLanguageMiddleware(LocaleMiddleware):
    """Django's, but a page asked for in a language that the shop does not speak is shown in its first."""

    def process_request(self, request):
        language = get_language_from_path(request.path_info)
        if is_spoken(language):
            return super().process_request(request)
        asked = request.get_full_path()
        return HttpResponseRedirect(
            asked.replace(f"/{language}/", f"/{settings.STOREFRONT_LANGUAGES[0]}/", 1)
        )
