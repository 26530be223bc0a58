from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Review(models.Model):
    class State(models.TextChoices):
        SHOWN = "shown", _("shown")
        HIDDEN = "hidden", _("hidden")

    product = models.ForeignKey(
        "catalog.Product", models.CASCADE, related_name="reviews", verbose_name=_("product")
    )
    sku = models.ForeignKey(
        "catalog.Sku", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="SKU"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    purchase = models.CharField(
        _("purchase"), max_length=60, unique=True, help_text=_("opaque; one review a purchase")
    )
    byline = models.CharField(_("byline"), max_length=40)
    place = models.CharField(_("place"), max_length=40, blank=True)
    stars = models.PositiveSmallIntegerField(_("stars"))
    text = models.TextField(_("text"), blank=True)
    words = models.JSONField(
        _("words"), default=list, blank=True, help_text=_("short praise or blame, counted")
    )
    answer = models.TextField(_("seller's answer"), blank=True)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.SHOWN)
    created_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(name="review_of_product", fields=["product", "state", "-created_at"])]
        constraints = [
            models.CheckConstraint(
                name="review_one_to_five_stars", condition=models.Q(stars__gte=1) & models.Q(stars__lte=5)
            )
        ]

    def __str__(self):
        return f"{self.stars}/5 {self.byline}"
