"""Accounts: allauth's pages under the mall's roof. Signing up is signing in for the first time."""

from allauth.account.views import LoginView
from django.urls import include, path

urlpatterns = [
    path("signup/", LoginView.as_view(extra_context={"is_new": True}), name="account_signup"),
    path("", include("allauth.account.urls")),
]
