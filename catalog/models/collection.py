from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CollectionQuerySet(models.QuerySet):
    def open(self, slot, at=None):
        """Sets for a place whose dates hold at a moment (default: now), the latest to begin first."""
        at = at or timezone.now()
        begun = Q(starts_at__isnull=True) | Q(starts_at__lte=at)
        lasting = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
        return self.filter(begun, lasting, slot=slot).order_by("-starts_at", "slug")


class Collection(models.Model):
    """A curated, ordered set of products. `slot` says where it is shown while its dates last: "home"."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=60)
    slot = models.CharField(_("place on the page"), max_length=20, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    products = models.ManyToManyField(
        "catalog.Product", through="catalog.CollectionItem", related_name="collections"
    )

    objects = CollectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ["slug"]

    def __str__(self):
        return self.title


class CollectionItem(models.Model):
    collection = models.ForeignKey(
        Collection, models.CASCADE, related_name="items", verbose_name=_("collection")
    )
    product = models.ForeignKey(
        "catalog.Product", models.CASCADE, related_name="+", verbose_name=_("product")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("collection item")
        verbose_name_plural = _("collection items")
        ordering = ["collection", "position"]
        constraints = [
            models.UniqueConstraint(name="product_once_per_collection", fields=["collection", "product"])
        ]

    def __str__(self):
        return f"{self.collection_id}: {self.product_id}"
