from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kmall.encryption import EncryptedTextField


class Order(models.Model):
    """What was agreed, frozen. Money in fen (CNY). States change only in `orders.transitions`.

    `origin_key` makes placing idempotent: the checkout form's key, or partner and remote id.
    `promised_fen` sums the refunds that were decided, `refunded_fen` those that have been paid.
    """

    class State(models.TextChoices):
        UNPAID = "unpaid", _("waiting for payment")
        PAID = "paid", _("paid")
        SHIPPED = "shipped", _("shipped")
        COMPLETED = "completed", _("completed")
        EXPIRED = "expired", _("expired")
        CANCELLED = "cancelled", _("cancelled")
        REFUNDED = "refunded", _("refunded")

    number = models.CharField(_("order number"), max_length=24, unique=True)
    origin_key = models.CharField(max_length=120, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("shopper"),
    )
    channel = models.ForeignKey(
        "orders.Channel", models.PROTECT, related_name="orders", verbose_name=_("channel")
    )
    visit = models.UUIDField(_("visit"), null=True, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UNPAID)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")

    placed_at = models.DateTimeField(_("placed"), db_index=True)
    expires_at = models.DateTimeField(_("to be paid by"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    goods_fen = models.PositiveBigIntegerField(_("goods, fen"))
    freight_fen = models.PositiveBigIntegerField(_("freight, fen"), default=0)
    discount_fen = models.PositiveBigIntegerField(_("discount, fen"), default=0)
    tariff_fen = models.PositiveBigIntegerField(_("tariff, fen"), default=0)
    consumption_fen = models.PositiveBigIntegerField(_("consumption tax, fen"), default=0)
    vat_fen = models.PositiveBigIntegerField(_("import VAT, fen"), default=0)
    tax_fen = models.PositiveBigIntegerField(_("tax, fen"), default=0)
    total_fen = models.PositiveBigIntegerField(_("total, fen"))
    promised_fen = models.PositiveBigIntegerField(_("refunds decided, fen"), default=0)
    refunded_fen = models.PositiveBigIntegerField(_("refunded, fen"), default=0)
    rate = models.ForeignKey(
        "catalog.ExchangeRate", models.PROTECT, related_name="+", verbose_name=_("exchange rate")
    )
    is_full_tax = models.BooleanField(_("taxed in full"), default=False)

    receiver_name = EncryptedTextField(_("recipient"))
    receiver_phone = EncryptedTextField(_("recipient's phone"))
    province_code = models.CharField(_("province code"), max_length=2, db_index=True)
    province = models.CharField(_("province"), max_length=30)
    city = models.CharField(_("city"), max_length=40)
    district = models.CharField(_("district"), max_length=40, blank=True)
    street = models.CharField(_("street"), max_length=60, blank=True)
    detail = EncryptedTextField(_("house and room"))
    buyer_name = EncryptedTextField(_("buyer's real name"))
    buyer_number = EncryptedTextField(_("buyer's ID number"))
    buyer_index = models.CharField(max_length=64, db_index=True, editable=False)
    risk_accepted_at = models.DateTimeField(_("risk notice accepted"), null=True, blank=True)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-id"]
        indexes = [
            models.Index(name="order_of_user", fields=["user", "-id"]),
            models.Index(name="order_unpaid", fields=["expires_at"], condition=Q(state="unpaid")),
            models.Index(name="order_paid_at", fields=["paid_at", "channel"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="order_total_adds_up",
                condition=Q(total_fen=F("goods_fen") + F("freight_fen") + F("tax_fen") - F("discount_fen")),
            ),
            models.CheckConstraint(
                name="order_tax_adds_up",
                condition=Q(tax_fen=F("tariff_fen") + F("consumption_fen") + F("vat_fen")),
            ),
            models.CheckConstraint(
                name="order_refunds_within_what_was_paid",
                condition=Q(refunded_fen__lte=F("promised_fen"), promised_fen__lte=F("total_fen")),
            ),
        ]

    def __str__(self):
        return self.number


class OrderLine(models.Model):
    """One SKU of an order as agreed: names in both languages, won, rate, yuan, tax by kind."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", verbose_name=_("order"))
    consignment = models.ForeignKey(
        "orders.Consignment", models.CASCADE, related_name="lines", verbose_name=_("parcel")
    )
    sku = models.ForeignKey("catalog.Sku", models.PROTECT, related_name="order_lines", verbose_name="SKU")
    product = models.ForeignKey(
        "catalog.Product", models.PROTECT, related_name="order_lines", verbose_name=_("product")
    )
    seller = models.ForeignKey(
        "catalog.Seller", models.PROTECT, related_name="order_lines", verbose_name=_("seller")
    )
    category = models.ForeignKey(
        "catalog.Category", models.PROTECT, related_name="+", verbose_name=_("category")
    )
    product_version = models.BigIntegerField(editable=False)
    name_ko = models.CharField(_("name in Korean"), max_length=120)
    name_zh_hans = models.CharField(_("name in Chinese"), max_length=120)
    label_ko = models.CharField(_("option in Korean"), max_length=60, blank=True)
    label_zh_hans = models.CharField(_("option in Chinese"), max_length=60, blank=True)
    picture = models.ForeignKey("catalog.Picture", models.SET_NULL, null=True, related_name="+")
    quantity = models.PositiveIntegerField(_("quantity"))
    refunded_quantity = models.PositiveIntegerField(_("units refunded or to be"), default=0)
    called_off_quantity = models.PositiveIntegerField(
        default=0, editable=False
    )  # of them, before the parcel left
    unit_krw = models.PositiveBigIntegerField(_("unit price, KRW"))
    unit_fen = models.PositiveBigIntegerField(_("unit price, fen"))
    goods_fen = models.PositiveBigIntegerField(_("goods, fen"))
    freight_fen = models.PositiveBigIntegerField(_("share of freight, fen"), default=0)
    tariff_fen = models.PositiveBigIntegerField(_("tariff, fen"), default=0)
    consumption_fen = models.PositiveBigIntegerField(_("consumption tax, fen"), default=0)
    vat_fen = models.PositiveBigIntegerField(_("import VAT, fen"), default=0)
    tax_fen = models.PositiveBigIntegerField(_("tax, fen"), default=0)
    hs_code = models.CharField(_("HS code"), max_length=10)
    tax_percent = models.DecimalField(_("composite rate, %"), max_digits=7, decimal_places=3, default=0)
    weight_g = models.PositiveIntegerField(_("weight, g"), default=0)
    commission_rate = models.DecimalField(
        _("commission rate"), max_digits=5, decimal_places=4, default=0, editable=False
    )
    commission_fen = models.PositiveBigIntegerField(_("commission, fen"), default=0, editable=False)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["order", "id"]
        indexes = [models.Index(name="line_of_seller", fields=["seller", "order"])]
        constraints = [
            models.CheckConstraint(
                name="line_goods_is_unit_times_quantity", condition=Q(goods_fen=F("unit_fen") * F("quantity"))
            ),
            models.CheckConstraint(
                name="line_tax_adds_up",
                condition=Q(tax_fen=F("tariff_fen") + F("consumption_fen") + F("vat_fen")),
            ),
            models.CheckConstraint(name="line_quantity_positive", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="line_refunded_within_quantity",
                condition=Q(refunded_quantity__lte=F("quantity")),
            ),
            models.CheckConstraint(
                name="line_called_off_within_refunded",
                condition=Q(called_off_quantity__lte=F("refunded_quantity")),
            ),
        ]

    def __str__(self):
        return f"{self.quantity} x {self.name_ko}"

    @property
    def left_quantity(self) -> int:
        """Units that nobody has given money back for."""
        return self.quantity - self.refunded_quantity

    @property
    def packed_quantity(self) -> int:
        """Units that are in the parcel, or will be: all but those called off before it left."""
        return self.quantity - self.called_off_quantity


class OrderEvent(models.Model):
    """The history of an order or one of its consignments: what happened, when, by whom."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="events", verbose_name=_("order"))
    consignment = models.ForeignKey(
        "orders.Consignment", models.CASCADE, null=True, blank=True, related_name="events"
    )
    kind = models.CharField(_("event"), max_length=30)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("order event")
        verbose_name_plural = _("order events")
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"{self.order_id} {self.kind}"
