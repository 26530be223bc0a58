"""Accounts of the desk and the audit trail: KITA only."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from kmall.admin_site import NamedList
from kmall.desk import Link, add_link
from kmall.models import AuditEntry, User
from kmall.roles import KITA, is_kita

ACTIONS = {
    "unmask": _("read a shopper's data"),
    "read_address": _("read an address for a label"),
    "new_credentials": _("entered new credentials"),
    "credentials_in_use": _("took new credentials into use"),
    "credentials_discarded": _("discarded new credentials"),
    "credentials_refused": _("the mall refused our credentials, so work with it stopped"),
    "credentials_believed": _("the mall takes our credentials again, so work with it goes on"),
    "test_call": _("made a test call"),
    "pause": _("paused it"),
    "resume": _("resumed it"),
    "partner_terms": _("changed what a partner gets"),
    "commission_agreed": _("agreed on a commission"),
    "commission_taken_back": _("took back a commission that was to come"),
    "begin_partner": _("began to set it up"),
    "move_partner": _("changed its connector, name or address"),
    "start_partner": _("started it"),
    "category_map": _("changed its category map"),
    "order_tried_again": _("had an order of it tried again"),
    "order_refused": _("refused an order of it"),
    "order_set_aside": _("set an order of it aside"),
    "request_ticked_off": _("ticked off a problem with a shopper's request"),
    "listings_sent_again": _("had listings sent to it again"),
    "statement_fetched_again": _("had a statement of it fetched again"),
    "new_standing_address": _("gave its page a new address"),
    "new_feed_address": _("gave its feed a new address"),
    "refund": _("decided on a refund"),
    "refund_tried_again": _("had a refund tried again"),
    "submit": _("handed in an edit"),
    "approve": _("approved an edit"),
    "send_back": _("returned an edit"),
    "on_sale": _("put a product back on sale"),
    "withdrawn": _("withdrew a product"),
    "suspended": _("suspended a product"),
    "released": _("released a product that its seller had withdrawn"),
    "seller_admitted": _("admitted a seller"),
    "seller_suspended": _("suspended a seller"),
}


class NewUserForm(BaseUserCreationForm):
    email = forms.EmailField(label=_("e-mail"))

    class Meta:
        model = User
        fields = ("email", "name")


class AccountForm(UserChangeForm):
    def clean_email(self):
        email = self.cleaned_data["email"]
        if not email and not self.instance.phone:
            raise forms.ValidationError(_("An account without a phone number keeps its e-mail."))
        return email


@admin.register(User)
class UserAdmin(NamedList, DjangoUserAdmin):
    """Accounts of sellers, partner malls and staff, kept by KITA. Shoppers are nobody's to list.

    An officer neither changes a colleague's account nor makes anybody staff of KITA: a superuser does.
    """

    form = AccountForm
    add_form = NewUserForm
    list_display = ("email", "name", "is_active", "date_joined", "last_login")
    list_filter = ("is_active",)
    search_fields = ("email", "name")
    search_help_text = _("E-mail or name")
    ordering = ("-id",)
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    fieldsets = ((None, {"fields": ("email", "password", "name", "language", "is_active")}),)
    superuser_fieldsets = (
        *fieldsets,
        (_("Rights"), {"fields": ("is_staff", "is_superuser", "groups")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)
    filter_horizontal = ("groups",)

    def get_queryset(self, request):
        users = super().get_queryset(request)
        return users if request.user.is_superuser else users.filter(is_staff=True, is_superuser=False)

    def get_fieldsets(self, request, obj=None):
        if obj is not None and request.user.is_superuser:
            return self.superuser_fieldsets
        return super().get_fieldsets(request, obj)

    def save_model(self, request, obj, form, change):
        """Who is entered here is to work at the desk; what is seen there comes with a membership."""
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)

    def has_module_permission(self, request):
        return request.user.is_authenticated and is_kita(request.user)

    def has_view_permission(self, request, obj=None):
        return is_kita(request.user)

    def has_add_permission(self, request):
        return is_kita(request.user)

    def has_change_permission(self, request, obj=None):
        if obj is None or request.user.is_superuser or obj.pk == request.user.pk:
            return is_kita(request.user)
        is_colleague = obj.is_superuser or obj.groups.filter(name=KITA).exists()
        return is_kita(request.user) and not is_colleague

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(NamedList, admin.ModelAdmin):
    list_display = ("at", "actor", "deed", "subject", "ip")
    list_filter = ("action",)
    search_fields = ("=subject", "actor__email")
    list_select_related = ("actor",)
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    @admin.display(description=_("action"), ordering="action")
    def deed(self, entry):
        return ACTIONS.get(entry.action, entry.action)

    def has_module_permission(self, request):
        return request.user.is_authenticated and is_kita(request.user)

    def has_view_permission(self, request, obj=None):
        return is_kita(request.user)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def _staff(request):
    return is_kita(request.user)


add_link(Link("running", _("Desk accounts"), "id", "admin:kmall_user_changelist", _staff, 65))
add_link(Link("rules", _("Audit trail"), "lock", "admin:kmall_auditentry_changelist", _staff, 95))
