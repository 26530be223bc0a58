"""The desk: Django's admin in the mall's dress, Korean unless its user chose otherwise."""

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import BadRequest, ValidationError
from django.db import DataError
from django.http import HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kmall import desk, desk_history
from kmall.desk_columns import Columns

LANGUAGES = ("ko", "zh-hans", "en")
COOKIE = "desk_language"


def activate_language(request) -> None:
    """The desk's language: the choice in its cookie, else the user's, else Korean."""
    wishes = (request.COOKIES.get(COOKIE), getattr(getattr(request, "user", None), "language", ""), "ko")
    language = next(wish for wish in wishes if wish in LANGUAGES)
    translation.activate(language)
    request.LANGUAGE_CODE = language


class NamedList(Columns):
    """Mix in before `ModelAdmin`: lists and pages are headed by what is on them, not by "Select … to change"
    or "View …", which Django says badly in Korean; columns are shown as `desk_columns` says. And rubbish that
    is asked of a list is no fault of ours.
    """

    def changelist_view(self, request, extra_context=None):
        if not all(map(self._is_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise BadRequest("what is chosen is no row's key")
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def get_changelist_instance(self, request):
        """Django catches what cannot be read, but neither a year nor a number beyond all that there are."""
        try:
            changelist = super().get_changelist_instance(request)
        except (ValueError, TypeError, OverflowError, DataError) as error:
            if set(request.GET) <= {ERROR_FLAG}:  # nothing was asked
                raise
            raise IncorrectLookupParameters from error
        shown = {name: self.as_shown(name) for name in changelist.list_display}
        changelist.list_display = list(shown.values())
        if changelist.list_display_links:
            changelist.list_display_links = [shown[name] for name in changelist.list_display_links]
        return changelist

    def _is_key(self, text: str) -> bool:
        try:
            self.opts.pk.clean(text, None)
        except ValidationError:
            return False
        return True

    def change_view(self, request, object_id, form_url="", extra_context=None):
        title = {"title": capfirst(self.opts.verbose_name)}
        return super().change_view(request, object_id, form_url, title | (extra_context or {}))

    def history_view(self, request, object_id, extra_context=None):
        answer = super().history_view(request, object_id, extra_context)
        names = desk_history.names_of(self)
        for entry in getattr(answer, "context_data", {}).get("action_list", ()):
            entry.words = desk_history.told(entry, names)
        return answer


class DeskSite(admin.AdminSite):
    site_header = site_title = "Kmall24"
    index_title = _("Today")
    enable_nav_sidebar = False

    def admin_view(self, view, cacheable=False):
        """In the desk's language. Who signs in anew after pressing a button is sent to the button's address,
        which is none to look at, and must not meet an empty page.
        """
        inner = super().admin_view(view, cacheable)

        def in_language(request, *args, **kwargs):
            activate_language(request)
            response = inner(request, *args, **kwargs)
            if response.status_code == 405 and not response.content:
                response.content = render_to_string("admin/405.html", {"request": request})
            return response

        return in_language

    def login(self, request, extra_context=None):
        activate_language(request)
        return super().login(request, extra_context)

    def each_context(self, request):
        known = self.has_permission(request)
        return {
            **super().each_context(request),
            "desk_menu": desk.menu(request) if known else [],
            "desk_name": desk.name(request) if known else "",
            "desk_languages": [
                (code, translation.get_language_info(code)["name_local"]) for code in LANGUAGES
            ],
        }

    def get_app_list(self, request, app_label=None):
        """Worked out where it is looked at, which few pages do: it takes 15 ms."""
        return SimpleLazyObject(lambda: super(DeskSite, self).get_app_list(request, app_label))

    def index(self, request, extra_context=None):
        return super().index(request, {"panels": desk.panels(request), **(extra_context or {})})

    def get_urls(self):
        """Without Django's way from any row to its page in the shop: none of ours names one."""
        urls = [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
        return [path("language/<str:code>/", self.choose_language, name="language"), *urls]

    def choose_language(self, request, code):
        """Remember the desk's language and go back to the page that asked."""
        target = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
            target = reverse("admin:index")
        response = HttpResponseRedirect(target)
        if code in LANGUAGES:
            response.set_cookie(COOKIE, code, max_age=365 * 86400, samesite="Lax", httponly=True)
        return response
