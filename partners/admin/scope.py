"""What a partner mall's people see at the desk: the lists of their own mall's rows, read only."""

from django.contrib.admin import ModelAdmin

from catalog.admin.scope import is_kita, is_seller
from partners.models import PartnerMall


def mall_of(user) -> PartnerMall | None:
    """The mall that this user works at, if that is all that the user is here."""
    if not hasattr(user, "_mall"):
        may_be_theirs = user.is_authenticated and not is_kita(user) and not is_seller(user)
        user._mall = PartnerMall.objects.filter(members__user=user).first() if may_be_theirs else None
    return user._mall


class OpenToPartners:
    """Mix in before `DeskAdmin`: a mall's people see this list's rows of their mall, and no page below it."""

    partner_columns: tuple[str, ...] = ()

    def get_queryset(self, request):
        mall = mall_of(request.user)
        if mall is None:
            return super().get_queryset(request)
        return ModelAdmin.get_queryset(self, request).filter(partner=mall)

    def has_module_permission(self, request):
        return mall_of(request.user) is not None or super().has_module_permission(request)

    def has_view_permission(self, request, obj=None):
        if mall_of(request.user) is not None:
            return obj is None
        return super().has_view_permission(request, obj)

    def get_list_display(self, request):
        return self.partner_columns if mall_of(request.user) else super().get_list_display(request)

    def get_list_display_links(self, request, list_display):
        return None if mall_of(request.user) else super().get_list_display_links(request, list_display)

    def get_list_filter(self, request):
        """No filter that names the other malls."""
        filters = super().get_list_filter(request)
        return [name for name in filters if name != "partner"] if mall_of(request.user) else filters
