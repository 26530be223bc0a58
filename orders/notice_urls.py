"""Addresses that payment providers call: without a language."""

from django.urls import path

from orders.views import payment

urlpatterns = [path("alipay/", payment.alipay_notice, name="alipay_notice")]
