"""The listing rule as a form: categories, sellers, price, stock, delivery, HS rows, picks by hand."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Category, HsCode, Product
from kmall.languages import listed
from partners.admin.setup.lines import ProductLines, SellerLines
from partners.admin.setup.tree import with_goods
from partners.models import PartnerMall
from partners.rules import BadRule, Rule

TEMPLATE = "admin/partners/setup/rule.html"
MOST_KRW = 10_000_000_000
LINES = "sellers", "extra", "without"
PLAIN = "categories", "hs", "price_from_krw", "price_to_krw", "in_stock", "delivery"


def _won(label):
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_KRW,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class RuleForm(forms.Form):
    """What the partner gets. An empty part does not restrict."""

    categories = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Categories"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    sellers = SellerLines(
        label=gettext_lazy("Only these sellers"),
        help_text=gettext_lazy("one a line: name or business registration number"),
    )
    price_from_krw = _won(gettext_lazy("Price from, KRW"))
    price_to_krw = _won(gettext_lazy("Price to, KRW"))
    in_stock = forms.BooleanField(label=gettext_lazy("Only what is in stock"), required=False)
    delivery = forms.ChoiceField(label=gettext_lazy("Delivery"), required=False)
    hs = forms.MultipleChoiceField(
        label=gettext_lazy("Only these HS rows"), required=False, widget=forms.CheckboxSelectMultiple
    )
    extra = ProductLines(
        label=gettext_lazy("Picked by hand, in"),
        help_text=gettext_lazy("listed whatever the rule says; one a line: P number, SKU code or name"),
    )
    without = ProductLines(
        label=gettext_lazy("Picked by hand, out"), help_text=gettext_lazy("never listed; one a line")
    )

    def __init__(self, data, *, partner: PartnerMall):
        rule = _readable(partner) or Rule()
        initial = {name: getattr(rule, name) or None for name in PLAIN}
        initial |= {name: self.base_fields[name].as_text(getattr(rule, name)) for name in LINES}
        super().__init__(data, initial=initial)
        self.tree = with_goods()
        codes = HsCode.objects.order_by("code", "-valid_from").distinct("code")
        self.fields["categories"].choices = [(node.pk, node.name) for node in self.tree]
        self.fields["hs"].choices = [(row.code, str(row)) for row in codes]
        self.fields["delivery"].choices = [("", _("any")), *Product.Delivery.choices]
        self.partner = partner

    def branches(self) -> list[tuple]:
        """(top category, it and all below it, how many below it are ticked), as the page shows the tree."""
        ticked = {str(key) for key in self["categories"].value() or ()}
        found = []
        for node in self.tree:
            node.is_ticked = str(node.pk) in ticked
            if node.depth == 0:
                found.append([node, [], 0])
            found[-1][1].append(node)
            found[-1][2] += node.is_ticked and node.depth > 0
        return found

    def hs_ticked(self) -> int:
        return len(self["hs"].value() or ())

    def clean(self):
        cleaned = super().clean()
        low, high = cleaned.get("price_from_krw"), cleaned.get("price_to_krw")
        if low and high and low > high:
            self.add_error("price_to_krw", _("It is below the price from which goods are listed."))
        if both := set(cleaned.get("extra") or ()) & set(cleaned.get("without") or ()):
            names = self.fields["without"].as_text(sorted(both)).replace("\n", ", ")
            self.add_error("without", _("In both boxes: %s") % names)
        return cleaned

    def apply(self, partner: PartnerMall) -> None:
        """Write the rule into a mall's row, which is not saved."""
        values = {name: tuple(self.cleaned_data[name] or ()) for name in (*LINES, "categories", "hs")}
        values |= {name: self.cleaned_data[name] or 0 for name in ("price_from_krw", "price_to_krw")}
        values |= {name: self.cleaned_data[name] for name in ("in_stock", "delivery")}
        partner.rule = Rule(**values).data()


def _readable(partner: PartnerMall) -> Rule | None:
    try:
        return Rule.read(partner.rule)
    except BadRule:
        return None


def stands(partner: PartnerMall) -> tuple[bool, str]:
    is_done = partner.state != PartnerMall.State.SETUP or "rule" in partner.steps_saved
    is_done = is_done and _readable(partner) is not None
    return is_done, " · ".join(_in_words(partner)) or _("all that is on sale")


def _in_words(partner: PartnerMall) -> list[str]:
    """The rule as short phrases; empty where it does not restrict."""
    rule, said = _readable(partner), []
    if rule is None:
        return [_("cannot be read: nothing is sent until it is saved anew")]
    if rule.categories:
        names = [node.name for node in Category.objects.filter(pk__in=rule.categories)]
        said.append(listed(names[:6]) + (" …" if len(names) > 6 else ""))
    if rule.sellers:
        said.append(_("sellers: %s") % len(rule.sellers))
    if rule.price_from_krw:
        said.append(_("from ₩%s") % f"{rule.price_from_krw:,}")
    if rule.price_to_krw:
        said.append(_("up to ₩%s") % f"{rule.price_to_krw:,}")
    if rule.in_stock:
        said.append(_("in stock"))
    if rule.delivery:
        said.append(str(Product.Delivery(rule.delivery).label))
    if rule.hs:
        said.append(_("HS rows: %s") % len(rule.hs))
    if rule.extra:
        said.append(_("picked in: %s") % len(rule.extra))
    if rule.without:
        said.append(_("picked out: %s") % len(rule.without))
    return said


FORM = RuleForm
