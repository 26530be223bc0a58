"""Addresses that payment providers call: without a language."""

from django.urls import path

from orders.views import notice

urlpatterns = [path("alipay/", notice.alipay, name="alipay_notice")]
