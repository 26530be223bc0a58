from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partners")

    def ready(self):
        from orders import elsewhere
        from orders.reports import proof
        from partners import credit, footfall, given_there, receivers  # noqa: F401  connects them; models must be loaded first

        proof.further += [credit.commission_differences, footfall.differences]
        elsewhere.known.append(given_there.given_there)
