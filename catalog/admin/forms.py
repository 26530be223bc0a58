"""The editor's forms. They read and write a proposal (`catalog.proposal`), never the product's rows."""

from django import forms
from django.forms import formset_factory
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from stdnum import ean
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as BadNumber

from catalog.completeness import codes_taken, content_fault
from catalog.models import Attribute, Category, CategoryAttribute, HsCode, Product, Sku
from catalog.proposal import DECIMALS
from kmall.languages import in_language, keep_in, language_of

TOO_LONG = _("At most %(limit_value)d characters; these are %(show_value)d.")


def _say_length(form) -> None:
    """Django's own sentence on a text's length reads like a program's in Korean."""
    for field in form.fields.values():
        if isinstance(field, forms.CharField):
            field.error_messages.setdefault("max_length", TOO_LONG)


def _say_language(form) -> None:
    """What is typed is of the language that it is kept in."""
    for name, field in form.fields.items():
        if tag := language_of(name):
            keep_in(field, tag)


class ProductForm(forms.Form):
    """Texts in both languages and what customs wants to know."""

    name_ko = forms.CharField(label=_("name in Korean"), max_length=120)
    name_zh_hans = forms.CharField(label=_("name in Chinese"), max_length=120, required=False)
    brand_ko = forms.CharField(label=_("brand in Korean"), max_length=60, required=False)
    brand_zh_hans = forms.CharField(label=_("brand in Chinese"), max_length=60, required=False)
    description_ko = forms.CharField(
        label=_("description in Korean"), widget=forms.Textarea(attrs={"rows": 8}), required=False
    )
    description_zh_hans = forms.CharField(
        label=_("description in Chinese"), widget=forms.Textarea(attrs={"rows": 8}), required=False
    )
    category_id = forms.ModelChoiceField(label=_("category"), queryset=Category.objects.none())
    hs_id = forms.ModelChoiceField(label=_("HS code"), queryset=HsCode.objects.none())
    origin = forms.RegexField(
        label=_("country of origin"),
        help_text=_("two letters, such as KR"),
        regex="^[A-Z]{2}$",
        initial="KR",
        error_messages={"invalid": _("The country's two capital letters, such as KR for Korea.")},
        widget=forms.TextInput(attrs={"maxlength": 2}),
    )
    origin_certificate = forms.CharField(label=_("certificate of origin"), max_length=40, required=False)
    delivery = forms.ChoiceField(label=_("delivery"), choices=Product.Delivery.choices)
    shelf_life_months = forms.IntegerField(
        label=_("shelf life, months"), min_value=1, max_value=240, required=False
    )
    best_before = forms.DateField(
        label=_("best before"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say_length(self)
        _say_language(self)
        self.fields["category_id"].queryset = Category.objects.filter(children__isnull=True)
        self.fields["hs_id"].queryset = HsCode.objects.filter(valid_to__isnull=True)

    def as_proposed(self) -> dict:
        """The cleaned form as a proposal's "fields"."""
        cleaned = self.cleaned_data
        best_before = cleaned["best_before"]
        return cleaned | {
            "category_id": cleaned["category_id"].pk,
            "hs_id": cleaned["hs_id"].pk,
            "best_before": best_before.isoformat() if best_before else None,
        }


class SkuForm(forms.Form):
    """One SKU. `on_hand` is stock, which needs nobody's approval: it is counted in at once.

    `on_hand_shown` is what the page showed: shoppers go on buying while somebody types.
    """

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    on_hand_shown = forms.IntegerField(required=False, widget=forms.HiddenInput)
    code = forms.CharField(label=_("SKU code"), max_length=40)
    label_ko = forms.CharField(label=_("option in Korean"), max_length=60, required=False)
    label_zh_hans = forms.CharField(label=_("option in Chinese"), max_length=60, required=False)
    price_krw = forms.IntegerField(label=_("price, KRW"), min_value=1, max_value=100_000_000)
    weight_g = forms.IntegerField(label=_("gross weight, g"), min_value=1, max_value=1_000_000)
    net_content = forms.DecimalField(
        label=_("net content of one piece"), min_value=0, max_digits=9, decimal_places=2
    )
    net_unit = forms.ChoiceField(label=_("unit of net content"), choices=Sku.NetUnit.choices)
    pieces = forms.IntegerField(label=_("pieces in the pack"), min_value=1, max_value=10_000, initial=1)
    gtin = forms.CharField(label="GTIN", max_length=14, required=False)
    on_hand = forms.IntegerField(label=_("on hand"), min_value=0, max_value=10_000_000, required=False)
    is_active = forms.BooleanField(label=_("on offer"), required=False, initial=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say_length(self)
        _say_language(self)
        for field in self.fields.values():  # a table's head is no label to those who cannot see it
            if field.label:
                field.widget.attrs["aria-label"] = field.label

    def has_changed(self):
        """A new row in which nothing was typed is the blank one that waits below the others."""
        typed = ("code", "label_ko", "label_zh_hans", "price_krw", "weight_g", "gtin", "on_hand")
        if self.empty_permitted and not any(self[name].data for name in typed):
            return False
        return super().has_changed()

    def clean_gtin(self):
        gtin = self.cleaned_data["gtin"]
        if gtin:
            try:
                ean.validate(gtin)
            except InvalidChecksum as error:
                raise forms.ValidationError(_("The check digit of this GTIN is wrong.")) from error
            except BadNumber as error:
                raise forms.ValidationError(
                    _("A GTIN has 8, 12, 13 or 14 digits and no other sign.")
                ) from error
        return gtin

    def clean(self):
        unit, content = self.cleaned_data.get("net_unit"), self.cleaned_data.get("net_content")
        if content is not None and (fault := content_fault(unit, content)):
            self.add_error("net_content", fault)

    def as_proposed(self) -> dict:
        """The cleaned row as one of a proposal's "skus"."""
        cleaned = dict(self.cleaned_data)
        on_hand = cleaned.pop("on_hand") or 0
        del cleaned["on_hand_shown"]
        cleaned["net_content"] = f"{cleaned['net_content']:.{DECIMALS['net_content']}f}"
        return cleaned | {"opening": 0 if cleaned["id"] else on_hand}


class SkuRows(forms.BaseFormSet):
    def __init__(self, *args, product, **kwargs):
        super().__init__(*args, **kwargs)
        self.product = product

    def clean(self):
        """Codes once each, told at the second one, and in no other product of the seller."""
        coded = [form for form in self.forms if form.cleaned_data.get("code")]
        rows = [{"id": None} | form.cleaned_data for form in coded]
        taken = codes_taken(self.product, rows)
        seen = set()
        for form in coded:
            code = form.cleaned_data["code"]
            if code in seen:
                form.add_error("code", _("This SKU code stands here twice."))
            elif code in taken:
                form.add_error("code", taken[code])
            seen.add(code)


SkuFormSet = formset_factory(SkuForm, formset=SkuRows, extra=1, min_num=0, max_num=200)


class AttributesForm(forms.Form):
    """One field for each attribute of a category, made from its definitions."""

    def __init__(self, *args, category_id, **kwargs):
        super().__init__(*args, **kwargs)
        rows = CategoryAttribute.objects.filter(category_id=category_id).select_related("attribute")
        self.attributes = [row.attribute for row in rows.prefetch_related("attribute__options")]
        for attribute in self.attributes:
            self.fields.update(_attribute_fields(attribute))
        _say_length(self)
        _say_language(self)

    @staticmethod
    def initial_of(rows: list[dict]) -> dict:
        """Initial data from a proposal's "values"."""
        initial: dict = {}
        for row in rows:
            key = f"a{row['attribute_id']}"
            if row["option_id"]:
                initial.setdefault(key, []).append(row["option_id"])
            elif row["number"] is not None:
                initial[key] = row["number"]
            else:
                initial |= {f"{key}_ko": row["text_ko"], f"{key}_zh_hans": row["text_zh_hans"]}
        return initial

    def as_proposed(self) -> list[dict]:
        """The cleaned form as a proposal's "values"."""
        return [row for attribute in self.attributes for row in self._rows(attribute)]

    def _rows(self, attribute):
        key, empty = (
            f"a{attribute.pk}",
            {"option_id": None, "number": None, "text_ko": "", "text_zh_hans": ""},
        )
        base = {"attribute_id": attribute.pk} | empty
        if attribute.kind == Attribute.Kind.CHOICE:
            return [base | {"option_id": int(pk)} for pk in sorted(self.cleaned_data[key], key=int)]
        if attribute.kind == Attribute.Kind.NUMBER:
            number = self.cleaned_data[key]
            return [base | {"number": f"{number:.{DECIMALS['number']}f}"}] if number is not None else []
        ko, zh = self.cleaned_data[f"{key}_ko"], self.cleaned_data[f"{key}_zh_hans"]
        return [base | {"text_ko": ko, "text_zh_hans": zh}] if ko or zh else []


def _attribute_fields(attribute) -> dict:
    key, label = f"a{attribute.pk}", attribute.name
    if attribute.kind == Attribute.Kind.CHOICE:
        options = [(option.pk, option.label) for option in attribute.options.all()]
        widget = forms.CheckboxSelectMultiple
        return {key: forms.MultipleChoiceField(label=label, choices=options, required=False, widget=widget)}
    if attribute.kind == Attribute.Kind.NUMBER:
        label = f"{label} ({attribute.unit})" if attribute.unit else label
        return {key: forms.DecimalField(label=label, max_digits=12, decimal_places=3, required=False)}
    return {
        f"{key}_{ending}": forms.CharField(
            label=format_html("{} · {}", label, in_language(own_name, tag)), max_length=200, required=False
        )
        for ending, own_name, tag in (("ko", "한국어", "ko"), ("zh_hans", "中文", "zh-Hans"))
    }
