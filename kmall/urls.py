from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from kmall import health
from kmall.inbox import inbox

# Each list is tried in turn: what visitors wait for comes first.
urlpatterns = i18n_patterns(
    path("", include("catalog.urls")),
    path("", include("orders.urls")),
    path("", include("partners.urls")),
    path("account/", include("kmall.accounts.urls")),
    prefix_default_language=True,
)

urlpatterns += [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("inbox/", inbox, name="inbox"),
    path("media/", include("catalog.media_urls")),
    path("pay/notices/", include("orders.notice_urls")),
    path("", include("catalog.root_urls")),
    path("admin/", admin.site.urls),
    path("", include("partners.link_urls")),
]

handler400 = "kmall.errors.bad_request"
handler403 = "kmall.errors.permission_denied"
handler404 = "kmall.errors.page_not_found"
handler500 = "kmall.errors.server_error"
