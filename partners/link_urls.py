"""Addresses without a language: links, labels, tablets, notices, a frame's colours and logo."""

from django.urls import path, re_path

from partners.views import feed, frame, pull_feed, scan, scorecard, tablet, visit, webhook

app_name = "links"

urlpatterns = [
    path("go/<str:token>/", visit.visit, name="visit"),
    path("partners/feed/<str:token>/", feed.feed, name="feed"),
    path("partners/standing/<str:token>/", scorecard.page, name="standing"),
    path("seen/<int:product_id>/", visit.seen, name="seen"),
    path("d/<slug:code>/", scan.scan, name="scan"),
    path("tablet/<str:token>/", tablet.tablet, name="tablet"),
    path("tablet/<str:token>/slides/", tablet.slides, name="tablet_slides"),
    path("tablet/<str:token>/worker.js", tablet.worker, name="tablet_worker"),
    path("partners/api/<slug:code>/", webhook.notice, name="notice"),
    path("partners/feed/<slug:code>/manifest", pull_feed.manifest, name="pull"),
    re_path(
        r"^partners/feed/(?P<code>[\w-]+)/parts/(?P<digest>[0-9a-f]{64})$", pull_feed.part, name="pull_feed"
    ),
    path("partners/feed/<slug:code>/changes", pull_feed.changes, name="pull"),
    path("partners/feed/<slug:code>/<path:rest>", pull_feed.nothing, name="pull_nothing"),
    re_path(
        r"^partner-frame/(?P<colour>[0-9a-f]{6})-(?P<digest>[0-9a-f]{8})\.css$", frame.colours, name="frame"
    ),
    re_path(r"^partner-frame/(?P<digest>[0-9a-f]{32})\.png$", frame.logo, name="logo"),
]
