from django import forms
from django.utils.translation import gettext_lazy as _

from kmall.models import User


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": _("What shall we call you?")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "nickname"})}
