"""The form of a display: its photo through the picture pipeline, and the order of its goods as typed."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.pictures.uploads import PictureRefused, add_photo, cleaned
from orders.models import Channel
from partners.models import Display, DisplayProduct


class DisplayForm(forms.ModelForm):
    photo_file = forms.FileField(
        label=gettext_lazy("new photo"),
        required=False,
        help_text=gettext_lazy("JPEG, PNG or WebP, at most 15 MB, at least 300 pixels a side"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    photo_off = forms.BooleanField(label=gettext_lazy("take the photo away"), required=False)

    class Meta:
        model = Display
        fields = ("market", "code", "name", "person", "is_open", "credit_hours")

    def clean_code(self):
        """The code also names the sales channel."""
        code = self.cleaned_data["code"]
        if self.instance.pk is None and Channel.objects.filter(code=code).exists():
            raise ValidationError(_("Another sales channel has this code already."))
        return code

    def clean_photo_file(self):
        upload = self.cleaned_data["photo_file"]
        if upload:
            try:
                cleaned(upload)
            except PictureRefused as problem:
                raise ValidationError(str(problem)) from problem
        return upload

    def keep_photo(self) -> None:
        """Put the uploaded photo on the display, or take it off."""
        if upload := self.cleaned_data.get("photo_file"):
            self.instance.photo = add_photo(upload=upload)
        elif self.cleaned_data.get("photo_off"):
            self.instance.photo = None


class ShelfForm(forms.ModelForm):
    """A product on the display; an empty place means the last one."""

    position = forms.IntegerField(label=gettext_lazy("position"), required=False, min_value=0, max_value=9999)

    class Meta:
        model = DisplayProduct
        fields = ("product", "position")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial["position"] = None
        else:  # a row that stands is moved or deleted; a search box in each would ask for its name again
            product = self.instance.product
            self.fields["product"].widget = forms.Select(choices=[(product.pk, str(product))])

    def clean_position(self):
        self.typed = self.cleaned_data["position"]
        return self.typed or self.instance.position
