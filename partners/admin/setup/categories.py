"""The category map: every category of ours with the mall's, suggestions by name, what is not mapped."""

from dataclasses import dataclass
from itertools import pairwise

from django import forms
from django.contrib import messages
from django.db import transaction
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Category
from partners import locks
from partners.admin.setup import terms
from partners.admin.setup.call import call_mall
from partners.admin.setup.tree import with_goods
from partners.admin.setup.ways import box, url
from partners.category_map import MOST_CODE, change_map, codes_of, nearest
from partners.desired import digest
from partners.models import PartnerMall, RemoteCategory
from partners.select import on_show
from partners.suggest import suggestions

TEMPLATE = "admin/partners/setup/categories.html"


@dataclass
class Row:
    """A category of ours: its box, whose code it goes by (`via` an ancestor), what is suggested."""

    node: Category
    box: forms.BoundField
    via: str = ""
    theirs: str = ""
    suggested: str = ""
    is_gone: bool = False  # the mall lists the code no longer
    is_new: bool = False  # entered and not saved yet


class RemoteField(forms.CharField):
    """A category of the mall: chosen from its list, or typed as a code or a name that only one has."""

    def __init__(self, labels: dict[str, str]):
        super().__init__(required=False, max_length=200)
        self.labels = labels  # code to what the list shows

    def clean(self, value) -> str:
        text = super().clean(value)
        if not self.labels and len(text) > MOST_CODE:
            raise forms.ValidationError(_("A code has at most %s characters.") % MOST_CODE)
        if not text or not self.labels:
            return text
        found = [code for code, label in self.labels.items() if text in (code, label)]
        found = found or [code for code, label in self.labels.items() if text == _name(label)]
        if len(found) != 1:
            raise forms.ValidationError(_("Not in the mall's list. Choose one of it."))
        return found[0]


class MapForm(forms.Form):
    """A box for each category of ours. A code that is stored and no longer listed may stay.

    Its rows tell of what stands in the boxes, saved or not. `at`: key of the category that was asked for.
    """

    def __init__(self, data, *, partner: PartnerMall, at: str = ""):
        self.partner, self.nodes, self.at = partner, with_goods(), at
        self.labels = labels_of(partner)
        self.codes = codes_of(partner)
        stored = {
            box(node): self.labels.get(code, code)
            for node in self.nodes
            if (code := self.codes.get(node.path))
        }
        super().__init__(data, initial=stored)
        for node in self.nodes:
            code = self.codes.get(node.path)
            kept = {code: code} if self.labels and code and code not in self.labels else {}
            self.fields[box(node)] = RemoteField(self.labels | kept)

    @cached_property
    def rows(self) -> list[Row]:
        by_path, found = {node.path: node for node in self.nodes}, suggestions(self.partner)
        entered = {node.path: text for node in self.nodes if (text := self._entered(node))}
        rows = []
        for node in self.nodes:
            path, stored = nearest(node.path, entered), self.initial.get(box(node), "")
            theirs = entered.get(path, "")
            rows.append(
                Row(
                    node=node,
                    box=self[box(node)],
                    via=by_path[path].name if path and path != node.path else "",
                    theirs=theirs,
                    suggested=self.labels[found[node.pk].code] if node.pk in found else "",
                    is_gone=bool(self.labels)
                    and path == node.path
                    and theirs == self.codes.get(path)
                    and theirs not in self.labels,
                    is_new=self._entered(node) != stored,
                )
            )
        return rows

    def _entered(self, node: Category) -> str:
        """What stands in a category's box."""
        return (self[box(node)].value() or "").strip()

    def groups(self) -> list[tuple]:
        """(top category, its rows, whether something in it needs a look or was asked for)."""
        found = []
        for row in self.rows:
            if row.node.depth == 0:
                found.append([row.node, [], False])
            found[-1][1].append(row)
            found[-1][2] = (
                found[-1][2]
                or bool(row.box.errors)
                or row.is_gone
                or row.is_new
                or (row.node.is_leaf and not row.theirs)
                or str(row.node.pk) == self.at
            )
        return found

    def chosen(self) -> dict[int, str]:
        """Key of ours to the partner's code, empty where none."""
        return {node.pk: self.cleaned_data[box(node)] for node in self.nodes}

    def codes_chosen(self) -> dict[str, str]:
        """As `category_map.codes_of` would have it once saved."""
        return {node.path: code for node in self.nodes if (code := self.cleaned_data[box(node)])}


def show(request, partner: PartnerMall) -> dict | None:
    """Context of the page; None when the map was saved."""
    deed = request.POST.get("do", "look") if request.method == "POST" else ""
    if deed == "fetch":
        call_mall(request, partner)
    data = request.POST if deed else None
    form = MapForm(data, partner=partner, at=request.GET.get("at", ""))
    if deed == "suggest":
        form = MapForm(_filled(form, data), partner=partner)
    context = {"form": form, "list": sorted(form.labels.values())} | progress(form)
    if deed not in ("look", "save") or not form.is_valid():
        return context
    if deed == "save":
        if _saved(request, partner, form):
            return None
        messages.error(request, terms.NOT_AS_SHOWN)
    return (
        context
        | {"seen": _seen(partner, form)}
        | terms.what_it_does(request, partner, partner, form.codes_chosen())
    )


@transaction.atomic
def _saved(request, partner: PartnerMall, form: MapForm) -> bool:
    """Whether the map was saved, since it is what the preview showed: as `terms` saves."""
    held = locks.partner_mall(partner.pk)
    if held.state != PartnerMall.State.SETUP and request.POST.get("seen") != _seen(held, form):
        return False
    change_map(held, form.chosen(), actor=request.user)
    return True


def _seen(partner: PartnerMall, form: MapForm) -> str:
    """Of the map as it is stored now and as it would be."""
    return digest({"before": codes_of(partner), "after": form.codes_chosen()})


def _filled(form: MapForm, data):
    """What was typed, with the suggestion in the empty box of each leaf that does not go by it already."""
    data = data.copy()
    for row in form.rows:
        if row.node.is_leaf and row.suggested not in ("", row.theirs) and not data.get(row.box.name):
            data[row.box.name] = row.suggested
    return data


def progress(form: MapForm) -> dict:
    leaves = [row for row in form.rows if row.node.is_leaf]
    return {
        "leaves": len(leaves),
        "mapped": sum(bool(row.theirs) for row in leaves),
        "unmapped": [row for row in leaves if not row.theirs],
        "gone": [row for row in form.rows if row.is_gone],
        "wrong": [row for row in form.rows if row.box.errors],
        "new": [row for row in form.rows if row.is_new and not row.box.errors],
    }


def labels_of(partner: PartnerMall) -> dict[str, str]:
    """Code of each leaf of the mall's to what the list shows: above / name (code)."""
    rows = list(RemoteCategory.objects.filter(partner=partner))
    names = {row.code: row.name for row in rows}
    return {row.code: _label(row, names.get(row.parent_code)) for row in rows if row.is_leaf}


def _label(row: RemoteCategory, above: str | None) -> str:
    return f"{above} / {row.name} ({row.code})" if above else f"{row.name} ({row.code})"


def _name(label: str) -> str:
    return label.rpartition(" (")[0].rpartition(" / ")[2]


def stands(partner: PartnerMall) -> tuple[bool, str]:
    """Done once nothing that the listing rule selects waits for the map; without a rule, once saved."""
    codes, paths = codes_of(partner), list(Category.objects.order_by("path").values_list("path", flat=True))
    leaves = [one for one, after in pairwise([*paths, ""]) if not after.startswith(one)]
    bare = [path for path in paths if not nearest(path, codes)]
    mapped = len(leaves) - len(set(leaves).intersection(bare))
    said = [_("%(mapped)s of %(leaves)s mapped") % {"mapped": mapped, "leaves": len(leaves)}]
    if n := _waiting(partner, bare):
        said.append(
            ngettext("%(n)s product without a place", "%(n)s products without a place", n) % {"n": f"{n:,}"}
        )
    return bool(codes) and not n, " · ".join(said)


def kept_away(partner: PartnerMall) -> str:
    """That the map keeps goods of the listing rule away, and the way to it; empty where it does not, or
    where there is no map yet.
    """
    codes = codes_of(partner)
    bare = [path for path in Category.objects.values_list("path", flat=True) if not nearest(path, codes)]
    if not (n := _waiting(partner, bare) if codes else 0):
        return ""
    words = ngettext(
        "%(n)s product of the listing rule has no category at this mall: not listed until it has one.",
        "%(n)s products of the listing rule have no category at this mall: not listed until they have one.",
        n,
    )
    map_url = url(partner, "categories")
    return format_html('{} <a href="{}">{}</a>', words % {"n": f"{n:,}"}, map_url, _("To the category map"))


def _waiting(partner: PartnerMall, paths: list[str]) -> int:
    """How many goods of these categories the partner's rule selects; none before it was saved."""
    has_rule = partner.state != PartnerMall.State.SETUP or "rule" in partner.steps_saved
    return on_show(partner).filter(category__path__in=paths).count() if paths and has_rule else 0
