"""Addresses without a language: links, labels and notices."""

from django.urls import path

from partners.views import webhook

app_name = "links"

urlpatterns = [
    path("partners/api/<slug:code>/", webhook.notice, name="notice"),
]
