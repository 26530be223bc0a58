"""Addresses without a language: links, labels, notices, a frame's colours."""

from django.urls import path, re_path

from partners.views import scan, section, visit, webhook

app_name = "links"

urlpatterns = [
    path("go/<str:token>/", visit.visit, name="visit"),
    path("d/<slug:code>/", scan.scan, name="scan"),
    path("partners/api/<slug:code>/", webhook.notice, name="notice"),
    re_path(r"^partner-frame/(?P<code>[\w-]+)/(?P<colour>[0-9a-f]{6})\.css$", section.frame, name="frame"),
]
