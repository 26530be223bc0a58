"""Whose rows one sees. Every admin class of the mall inherits from here; nothing else decides.

A seller's member sees and changes what belongs to its seller; KITA's staff what their task allows.
Lists, filters, autocompletes, related choices, history and file links all go through `get_queryset`
and the permission methods below, so there is no second way round.
"""

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.forms import BaseInlineFormSet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.text import capfirst

from catalog.admin.amounts import YuanField, amount, in_yuan
from catalog.models import Seller, SellerMember
from kmall.admin_site import NamedList
from kmall.desk_columns import Columns
from kmall.repeats import SavedOnce
from kmall.roles import is_kita


def is_seller(user) -> bool:
    """A member of some seller, in whatever role."""
    if not hasattr(user, "_is_seller"):
        members = SellerMember.objects
        user._is_seller = user.is_authenticated and members.filter(user=user).exists()
    return user._is_seller


def sellers_of(user):
    """Sellers whose desk this user may use; for KITA all of them."""
    if is_kita(user):
        return Seller.objects.all()
    return Seller.objects.filter(members__user=user)


def edited_by(user):
    """Sellers whose rows this user may change: as owner or editor, not as viewer; for KITA all of them."""
    if is_kita(user):
        return Seller.objects.all()
    roles = (SellerMember.Role.OWNER, SellerMember.Role.EDITOR)
    return Seller.objects.filter(members__user=user, members__role__in=roles)


def may_edit(user, seller) -> bool:
    """Whether this user may change the rows of that seller: a role at another seller counts for nothing."""
    return edited_by(user).filter(pk=seller.pk).exists()


class Scoped(Columns):
    """What one may do with a model. `seller_path` leads from the row to its seller; None: KITA only.

    `seller_may` and `kita_may` are subsets of {"view", "add", "change", "delete"}.
    """

    seller_path: str | None = None
    seller_may: frozenset = frozenset({"view"})
    kita_may: frozenset = frozenset({"view", "change"})

    def get_queryset(self, request):
        queryset = super().get_queryset(request)
        if is_kita(request.user):
            return queryset
        if self.seller_path is None:
            return queryset.none()
        path = "pk" if self.seller_path == "self" else self.seller_path
        return queryset.filter(**{f"{path}__in": sellers_of(request.user).values("pk")})

    def _may(self, request, what: str, obj=None) -> bool:
        """Which rows are seen is for `get_queryset`; to change one takes a role at that row's own seller."""
        if is_kita(request.user):
            return what in self.kita_may
        if self.seller_path is None or what not in self.seller_may:
            return False
        if what == "view":
            return is_seller(request.user)
        if obj is None:
            return edited_by(request.user).exists()
        sellers = self._sellers_of(obj)
        return bool(sellers) and sellers <= set(edited_by(request.user).values_list("pk", flat=True))

    def _sellers_of(self, obj) -> set[int]:
        """Keys of a row's sellers. An inline is asked about the row above it, which has a path of its own."""
        scoped = self if isinstance(obj, self.model) else self.admin_site.get_model_admin(type(obj))
        if scoped.seller_path is None:
            return set()
        path = "pk" if scoped.seller_path == "self" else scoped.seller_path
        return set(type(obj)._default_manager.filter(pk=obj.pk).values_list(path, flat=True)) - {None}

    def has_module_permission(self, request):
        return request.user.is_authenticated and self._may(request, "view")

    def has_view_permission(self, request, obj=None):
        return self._may(request, "view") or self._may(request, "change", obj)

    def has_add_permission(self, request, obj=None):
        return self._may(request, "add", obj)

    def has_change_permission(self, request, obj=None):
        return self._may(request, "change", obj)

    def has_delete_permission(self, request, obj=None):
        return self._may(request, "delete", obj)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Related choices are the rows that the same person may see in that model's own list."""
        related = self.admin_site._registry.get(db_field.remote_field.model)
        if related is not None:
            kwargs.setdefault("queryset", related.get_queryset(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class DeskAdmin(Scoped, SavedOnce, NamedList, admin.ModelAdmin):
    """A model on the desk: scoped, 50 rows a page, no exact count of large tables."""

    list_per_page = 50
    show_full_result_count = False
    actions_on_bottom = False
    show_facets = admin.ShowFacets.NEVER

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Amounts are typed in yuan, whatever the row keeps them in."""
        if not db_field.name.endswith("_fen"):
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return YuanField(
            label=capfirst(in_yuan(db_field.verbose_name)),
            required=not db_field.blank,
            initial=db_field.default if db_field.has_default() else None,
        )

    def get_fieldsets(self, request, obj=None):
        """Where nothing can be typed, amounts are read in yuan too, and all else as in lists."""
        sets = super().get_fieldsets(request, obj)
        if self._is_typed(request, obj):
            return sets
        return [
            (title, options | {"fields": [self._as_read(name) for name in options["fields"]]})
            for title, options in sets
        ]

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Where nothing can be typed there are no boxes, whatever the page shows."""
        if kwargs.get("fields") and not self._is_typed(request, obj):
            kwargs["fields"] = []
        return super().get_form(request, obj, change=change, **kwargs)

    def _is_typed(self, request, obj) -> bool:
        return self.has_change_permission(request, obj) or (obj is None and self.has_add_permission(request))

    def _as_read(self, name):
        if not str(name).endswith("_fen"):
            return self.as_shown(name)
        return amount(name, capfirst(in_yuan(self.model._meta.get_field(name).verbose_name)))

    def lookup_allowed(self, lookup, value, request):
        """Whoever is not KITA's asks a list only for what its filters offer. Django allows every column, so
        that what a page hides, such as an order's total with what others sold, could be found by halving.
        """
        if not super().lookup_allowed(lookup, value, request):
            return False
        offers = [*self.get_list_filter(request), self.date_hierarchy]
        return is_kita(request.user) or any(self._begins(lookup, offer) for offer in offers if offer)

    @staticmethod
    def _begins(lookup: str, offer) -> bool:
        """Whether a filter or the date hierarchy asks so: by a column, or by a filter's own parameter."""
        column = offer[0] if isinstance(offer, tuple) else offer
        if isinstance(column, str):
            return f"{lookup}__".startswith(f"{column}__")
        return lookup == offer.parameter_name

    def get_list_display(self, request):
        """A column that says the same in each row tells a seller nothing."""
        columns = super().get_list_display(request)
        if "seller" not in columns or is_kita(request.user) or sellers_of(request.user).count() > 1:
            return columns
        return tuple(column for column in columns if column != "seller")

    def get_list_filter(self, request):
        """A seller needs no filter by seller, and must not read the names of others in one."""
        filters = super().get_list_filter(request)
        if is_kita(request.user):
            return filters
        return [entry for entry in filters if not self._names_seller(entry)]

    def _names_seller(self, entry) -> bool:
        name = entry[0] if isinstance(entry, tuple) else entry
        if not isinstance(name, str):
            return False
        try:
            field = self.model._meta.get_field(name.split("__")[0])
        except FieldDoesNotExist:
            return False
        return field.related_model is Seller

    def row_or_404(self, request, object_id, *related):
        """The row that an address names, of those that this person sees. `object_id` may be any text."""
        try:
            key = self.opts.pk.to_python(object_id)
        except ValidationError as error:
            raise Http404 from error
        return get_object_or_404(self.get_queryset(request).select_related(*related), pk=key)

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class NamedBoxes(BaseInlineFormSet):
    """Each box of a table says what it is: the head of its column is no label of it."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for box in form.visible_fields():
            widget = getattr(box.field.widget, "widget", box.field.widget)  # inside the one with a plus sign
            widget.attrs["aria-label"] = capfirst(box.label)


class ScopedInline(Scoped, admin.TabularInline):
    extra = 0
    formset = NamedBoxes
