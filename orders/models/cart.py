from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Cart(models.Model):
    """A shopper's basket: of a user, or of an anonymous session by its random `token`."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="cart"
    )
    token = models.CharField(max_length=43, unique=True, null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        constraints = [
            models.CheckConstraint(
                name="cart_has_one_owner",
                condition=models.Q(user__isnull=False, token__isnull=True)
                | models.Q(user__isnull=True, token__isnull=False),
            )
        ]

    def __str__(self):
        return str(self.pk)


class CartLine(models.Model):
    cart = models.ForeignKey(Cart, models.CASCADE, related_name="lines")
    sku = models.ForeignKey("catalog.Sku", models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField(default=1)
    is_chosen = models.BooleanField(default=True)
    added_at = models.DateTimeField(auto_now_add=True)
    # What the shopper saw then, to tell of a lower price; never what is charged.
    added_unit_fen = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("cart line")
        verbose_name_plural = _("cart lines")
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(name="cart_line_once_per_sku", fields=["cart", "sku"]),
            models.CheckConstraint(
                name="cart_line_one_to_ninety_nine", condition=models.Q(quantity__gte=1, quantity__lte=99)
            ),
        ]

    def __str__(self):
        return f"{self.quantity} x {self.sku_id}"
