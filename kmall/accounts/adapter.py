"""How allauth meets our users: phone numbers, text messages, where to go next."""

import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.fields import PhoneField
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kmall.accounts.phones import to_e164
from kmall.models import User
from kmall.sms import SmsNotSent, send_sms

logger = logging.getLogger(__name__)

# The page that follows says these itself.
SAID_BY_THE_PAGE = {"account/messages/login_code_sent.txt", "account/messages/logged_in.txt"}


class MallPhoneField(PhoneField):
    def clean(self, value):
        return to_e164(value) if value else super().clean(value)


class AccountAdapter(DefaultAccountAdapter):
    def phone_form_field(self, **kwargs):
        return MallPhoneField(**kwargs)

    def get_phone(self, user):
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user, phone, verified):
        User.objects.filter(pk=user.pk).update(phone=phone, phone_verified=verified)
        user.phone, user.phone_verified = phone, verified

    def set_phone_verified(self, user, phone):
        self.set_phone(user, phone, verified=True)

    def get_user_by_phone(self, phone):
        return User.objects.filter(phone=phone).first()

    def send_verification_code_sms(self, user, phone, code, **kwargs):
        text = _("[Kmall24] Your code is %(code)s, valid for 5 minutes. Please tell it to nobody.")
        try:
            send_sms(to=phone, text=text % {"code": code})
        except SmsNotSent:
            logger.warning("sms not sent", exc_info=True)
            messages.error(self.request, _("The text message could not be sent. Please try again soon."))
            raise ImmediateHttpResponse(redirect("account_login")) from None

    def add_message(self, request, level, message_template=None, *args, **kwargs):
        if message_template not in SAID_BY_THE_PAGE:
            super().add_message(request, level, message_template, *args, **kwargs)
