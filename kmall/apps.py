from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KmallConfig(AppConfig):
    name = "kmall"
    verbose_name = _("Kmall")

    def ready(self):
        from kmall import checks  # noqa: F401  registers itself
