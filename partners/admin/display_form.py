"""The form of a display: its photo through the picture pipeline, and its goods in the order as typed.

A display may have hundreds of goods, so nothing is asked or written for each: the rows are read at once,
looked up in what was read, and written at once.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.scope import NamedBoxes
from catalog.pictures.uploads import PictureRefused, add_photo, cleaned
from kmall.keys import key_of
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


class Read(forms.ModelChoiceField):
    """A choice among rows that were read already (`rows`, by key), which asks nothing."""

    rows: dict = {}

    def to_python(self, value):
        if value in self.empty_values:
            return None
        row = self.rows.get(key_of(str(value)))
        if row is None:
            raise ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value}
            )
        return row


class ShelfForm(forms.ModelForm):
    """A product on the display; an empty place means the last one."""

    position = forms.IntegerField(label=gettext_lazy("position"), required=False, min_value=0, max_value=9999)
    _is_read = False

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

    def _post_clean(self):
        """Without Django's own look whether each product exists: it was read."""
        self._is_read = True
        super()._post_clean()
        self._is_read = False

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | ({"product"} if self._is_read else set())


class ReadRows(forms.BaseInlineFormSet):
    """Goods that are looked up in what was read and written at once, however many.

    By itself, since `NamedBoxes` binds each box to its field as it then is.
    """

    @cached_property
    def _products(self) -> dict:
        """Those on the display and those that its rows name now, by key."""
        there = {item.product_id: item.product for item in self.get_queryset()}
        named = (self.data.get(f"{self.add_prefix(n)}-product") for n in range(self.total_form_count()))
        more = {key for text in named if (key := key_of(text))} - there.keys()
        return there | (self.form.base_fields["product"].queryset.in_bulk(more) if more else {})

    def add_fields(self, form, index):
        super().add_fields(form, index)
        key = Read(None, initial=form.fields["id"].initial, required=False, widget=forms.HiddenInput)
        if form.instance.pk:
            key.rows = {form.instance.pk: form.instance}
        if form.is_bound:
            form.fields["product"].rows = self._products
        form.fields["id"] = key

    def delete_existing(self, obj, commit=True):
        """All that go have gone at once (`kmall.repeats`)."""

    def save_existing(self, form, obj, commit=True):
        """Its place is written with all the others' (`partners.displays.arrange`)."""
        return super().save_existing(form, obj, commit) if "product" in form.changed_data else obj

    def save_new(self, form, commit=True):
        return super().save_new(form, commit=False)

    def save_new_objects(self, commit=True):
        return DisplayProduct.objects.bulk_create(super().save_new_objects(commit))


class Shelf(NamedBoxes, ReadRows):
    def validate_unique(self):
        """A product stands on a display once: said at the second row, since the page may be long."""
        seen = set()
        for form in self.forms:
            product = form.cleaned_data.get("product")
            if product is None or self._should_delete_form(form):
                continue
            if product.pk in seen:
                text = _(
                    "This product is on the display already. Take this row out; to move the product, "
                    "change the row that is there."
                )
                form.add_error("product", text)
            seen.add(product.pk)
