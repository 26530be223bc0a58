from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class KmallConfig(AppConfig):
    name = "kmall"
    verbose_name = _("People and records")

    def ready(self):
        from kmall import checks  # noqa: F401  registers itself


class DeskConfig(AdminConfig):
    default_site = "kmall.admin_site.DeskSite"
