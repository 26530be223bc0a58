from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from kmall.inbox import inbox

urlpatterns = [
    path("inbox/", inbox, name="inbox"),
    path("media/", include("catalog.media_urls")),
    path("pay/notices/", include("orders.notice_urls")),
    path("admin/", admin.site.urls),
    path("", include("partners.link_urls")),
]

urlpatterns += i18n_patterns(
    path("account/", include("kmall.accounts.urls")),
    path("", include("orders.urls")),
    path("", include("catalog.urls")),
    prefix_default_language=True,
)
