import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Visit(models.Model):
    """A shopper who came by a signed link of a partner or by a scan at a display. Nothing personal.

    `visitor` is the same for visits of one phone while its cookie lives: the number of its first one.
    `carted_at`: when something was first put into the cart after it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visitor = models.UUIDField(_("visitor"), default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(
        "partners.PartnerMall",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name=_("partner mall"),
    )
    display = models.ForeignKey(
        "partners.Display",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name=_("display"),
    )
    product = models.ForeignKey("catalog.Product", models.SET_NULL, null=True, blank=True, related_name="+")
    landing = models.CharField(_("landed on"), max_length=200, blank=True)
    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    expires_at = models.DateTimeField(_("credited until"))
    # The same phone's earlier visit, where its window closes later than this one's.
    before = models.ForeignKey("self", models.SET_NULL, null=True, editable=False, related_name="+")
    carted_at = models.DateTimeField(_("put into the cart"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            models.CheckConstraint(
                name="visit_from_one_place",
                condition=Q(partner__isnull=False, display__isnull=True)
                | Q(partner__isnull=True, display__isnull=False),
            )
        ]

    def __str__(self):
        return str(self.id)


class ProductView(models.Model):
    """A product that a visitor looked at, in the partner's frame or not, once a visit. Nothing personal."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="views", verbose_name=_("visit"))
    product = models.ForeignKey(
        "catalog.Product", models.CASCADE, related_name="+", verbose_name=_("product")
    )
    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("product looked at")
        verbose_name_plural = _("products looked at")
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(name="product_view_once", fields=["visit", "product"])]

    def __str__(self):
        return f"{self.visit_id} {self.product_id}"


class RefusedLink(models.Model):
    """Links whose signature was wrong or too old: they open the product, credit nobody, and are counted.

    `partner` and `kind` are what the link claims: nobody vouches for either.
    """

    class Kind(models.TextChoices):
        LISTING = "listing", _("of a listing")
        SECTION = "section", _("of the section")
        RUBBISH = "rubbish", _("not readable")

    class Reason(models.TextChoices):
        TAMPERED = "tampered", _("tampered")
        STALE = "stale", _("stale")

    day = models.DateField(_("day"))
    partner = models.ForeignKey(
        "partners.PartnerMall",
        models.CASCADE,
        null=True,
        related_name="refused_links",
        verbose_name=_("partner mall"),
    )
    kind = models.CharField(_("link"), max_length=8, choices=Kind, default=Kind.RUBBISH)
    reason = models.CharField(_("reason"), max_length=8, choices=Reason)
    count = models.PositiveIntegerField(_("count"), default=0)

    class Meta:
        verbose_name = _("refused link")
        verbose_name_plural = _("refused links")
        constraints = [
            models.UniqueConstraint(
                name="refused_link_count_per_day",
                fields=["day", "partner", "kind", "reason"],
                nulls_distinct=False,
            )
        ]

    def __str__(self):
        return f"{self.day} {self.reason}: {self.count}"


class Credit(models.Model):
    """An order that a visit led to, or that a partner sold itself (no visit), with what the partner earns.

    The commission is frozen at the sale: the sum of the order's lines, never lessened.
    """

    order = models.OneToOneField(
        "orders.Order", models.CASCADE, related_name="credit", verbose_name=_("order")
    )
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="credits", verbose_name=_("visit")
    )
    commission_fen = models.PositiveBigIntegerField(_("commission, fen"), default=0)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")

    def __str__(self):
        return str(self.order_id)
