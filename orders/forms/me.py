from django import forms
from django.utils.translation import gettext_lazy as _

from kmall.languages import of_letters
from kmall.models import User


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": _("What shall we call you?")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "nickname"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if tag := of_letters(self["name"].value() or ""):
            self.fields["name"].widget.attrs["lang"] = tag
