from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.code import screen_code


class Market(models.Model):
    """A market hall where Korean goods are displayed, for instance in Liangjiang New Area."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    place = models.CharField(_("address"), max_length=150)

    class Meta:
        verbose_name = _("market")
        verbose_name_plural = _("markets")
        ordering = ["code"]

    def __str__(self):
        return self.name


class Display(models.Model):
    market = models.ForeignKey(Market, models.PROTECT, related_name="displays", verbose_name=_("market"))
    channel = models.OneToOneField(
        "orders.Channel", models.PROTECT, related_name="display", verbose_name=_("channel")
    )
    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    person = models.CharField(_("person in charge"), max_length=60, blank=True)
    photo = models.ForeignKey(
        "catalog.Picture",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("photo"),
    )
    credit_hours = models.PositiveSmallIntegerField(
        _("credit window, hours"), default=72, validators=[MinValueValidator(1)]
    )
    is_open = models.BooleanField(_("open"), default=True)

    class Meta:
        verbose_name = _("display")
        verbose_name_plural = _("displays")
        ordering = ["market", "code"]
        constraints = [
            models.CheckConstraint(
                name="display_credit_hours_positive", condition=models.Q(credit_hours__gt=0)
            )
        ]

    def __str__(self):
        return self.name


class DisplayProduct(models.Model):
    """A product on a display, in order. `code` is in the short link that the display's screen shows."""

    display = models.ForeignKey(Display, models.CASCADE, related_name="products", verbose_name=_("display"))
    product = models.ForeignKey(
        "catalog.Product", models.CASCADE, related_name="displays", verbose_name=_("product")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    code = models.CharField(max_length=12, unique=True, default=screen_code, editable=False)

    class Meta:
        verbose_name = _("displayed product")
        verbose_name_plural = _("displayed products")
        ordering = ["display", "position", "id"]
        constraints = [
            models.UniqueConstraint(name="product_once_per_display", fields=["display", "product"])
        ]

    def __str__(self):
        return f"{self.display_id}: {self.product_id}"
