from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("Catalog")

    def ready(self):
        from catalog import law, receivers, tariff  # noqa: F401  models are there only now
        from catalog.demo.drawings.draw import draw
        from catalog.pictures import sources

        sources.draws(draw)
        post_migrate.connect(law.enact, sender=self)
        post_migrate.connect(tariff.enact, sender=self)
