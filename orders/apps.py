from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders")

    def ready(self):
        from catalog import tax, today
        from orders import freight, law, limits, receivers  # noqa: F401  models are there only now

        post_migrate.connect(law.enact, sender=self)
        tax.set_order_limit(limits.order_limit_at)
        today.shown_beside(freight.begun)
