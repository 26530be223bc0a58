"""Signing in: one field for phone or e-mail, then a code; the password is the other way."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.core import context, ratelimit
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kmall.accounts.join import join


class LoginForm(AllauthLoginForm):
    """`way` is "code" or "password": the button pressed, "enter" where it was a key.

    An unknown phone or e-mail joins by its code.
    """

    way = forms.ChoiceField(choices=[(way, way) for way in ("code", "password", "enter")], required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("Mobile number or e-mail")
        login.widget.attrs.update(placeholder="", autocomplete="username", autocapitalize="none")
        login.error_messages["required"] = _("Please enter your mobile number or e-mail.")
        self.fields["password"].required = False
        self.fields["password"].help_text = ""

    @property
    def is_by_password(self) -> bool:
        way = self.data.get("way")
        return way == "password" or (way == "enter" and bool(self.data.get("password")))

    def _setup_password_field(self):
        """Kept, whatever the fields of a sign-up are: staff and sellers have passwords."""

    def clean_password(self):
        if self.is_by_password and not self.cleaned_data["password"]:
            raise forms.ValidationError(_("Please enter your password, or ask for a code."))
        return self.cleaned_data["password"]

    def user_credentials(self):
        credentials = super().user_credentials()
        if not self.is_by_password:
            credentials.pop("password", None)
        if "username" in credentials:  # neither an e-mail nor a phone number
            credentials.pop("username")
        elif "email" in credentials:
            credentials["email"] = credentials["email"].lower()
        elif "phone" in credentials:
            credentials["phone"] = get_adapter().phone_form_field(required=True).clean(credentials["phone"])
        return credentials

    def clean(self):
        if not self.errors and not {"email", "phone"} & set(self.user_credentials()):
            raise forms.ValidationError(
                {"login": _("This is neither a mobile number nor an e-mail address. Please check it.")}
            )
        return super().clean()

    def _login_by_code(self, request, redirect_url, credentials):
        if not self.user:
            if not ratelimit.consume(context.request, action="signup"):
                raise get_adapter().validation_error("too_many_login_attempts")
            self.user = join(
                email=credentials.get("email", ""),
                phone=credentials.get("phone", ""),
                language=get_language(),
            )
        return super()._login_by_code(request, redirect_url, credentials)


class CodeForm(ConfirmLoginCodeForm):
    """Six digits: typed, pasted with blanks, or filled in by the phone from the message."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code")
        code.error_messages["required"] = _("Please enter the 6 digits.")
        code.widget.attrs.update(placeholder="", inputmode="numeric", autocomplete="one-time-code")

    def clean_code(self):
        try:
            return super().clean_code()
        except forms.ValidationError:
            raise forms.ValidationError(
                _("The code does not fit. Please compare it, or ask for another.")
            ) from None
