from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kmall.encryption import EncryptedTextField


def _limit(label, default: int, least: int, most: int, hint: str = ""):
    return models.PositiveSmallIntegerField(
        label,
        default=default,
        help_text=hint,
        validators=[MinValueValidator(least), MaxValueValidator(most)],
    )


class PartnerMall(models.Model):
    """A mall in China that lists our goods: its connector, credentials, rules and state."""

    class State(models.TextChoices):
        SETUP = "setup", _("being set up")
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        CREDENTIALS = "credentials", _("needs credentials")

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    connector = models.CharField(_("connector"), max_length=30)
    channel = models.OneToOneField(
        "orders.Channel", models.PROTECT, related_name="partner", verbose_name=_("channel")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.SETUP)
    state_note = models.CharField(_("why"), max_length=200, blank=True)
    untold_since = models.DateTimeField(null=True, editable=False)  # KITA has had no mail yet of its state
    base_url = models.URLField(_("address of its interface"))
    home_url = models.URLField(_("address of its shop"))
    colour = models.CharField(
        _("head colour"),
        max_length=7,
        default="#1d3b72",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("A colour is # and six digits or letters a–f."))],
        help_text=_("# and six hex digits. Text on it and in it is made dark or light enough by itself."),
    )
    logo = models.CharField(_("logo"), max_length=32, blank=True, editable=False)  # digest of its file
    credentials = EncryptedTextField(_("credentials, JSON"), blank=True)
    # The other key of a change: the new one until it takes over (no `spare_until`), then the old one.
    spare_credentials = EncryptedTextField(blank=True, editable=False)
    spare_until = models.DateTimeField(null=True, blank=True, editable=False)
    tested_at = models.DateTimeField(_("answered a test call"), null=True, blank=True, editable=False)
    steps_saved = models.JSONField(default=list, blank=True, editable=False)  # of the set-up, by name
    link_days = models.PositiveSmallIntegerField(_("signed links stay valid, days"), default=180)
    credit_hours = models.PositiveSmallIntegerField(
        _("credit window, hours"), default=72, validators=[MinValueValidator(1)]
    )
    price_factor = models.DecimalField(_("price factor"), max_digits=6, decimal_places=4, default=1)
    stock_share = models.DecimalField(_("share of stock shown"), max_digits=5, decimal_places=4, default=1)
    safety_stock = models.PositiveSmallIntegerField(_("safety stock"), default=2)
    rule = models.JSONField(_("listing rule"), default=dict, blank=True)  # as partners.rules reads it
    batch_size = _limit(_("batch size"), 50, 1, 1000, _("listings in one call, as far as the connector goes"))
    calls_per_second = _limit(
        _("calls a second"), 10, 1, 1000, _("at most, of all kinds; what the mall bears is learnt from it")
    )
    batches_at_once = _limit(_("batches at once"), 3, 1, 8, _("of listings, on their way to the mall"))
    orders_at_once = _limit(_("orders at once"), 2, 1, 4, _("fetched or answered"))
    call_seconds = _limit(
        _("time limit of a call, seconds"),
        10,
        3,
        60,
        _("after it the call counts as unanswered and is looked up"),
    )
    # The circuit breaker, see partners.breaker.
    breaker_since = models.DateTimeField(null=True, editable=False)
    breaker_calls = models.PositiveIntegerField(default=0, editable=False)
    breaker_failures = models.PositiveIntegerField(default=0, editable=False)
    breaker_pauses = models.PositiveSmallIntegerField(default=0, editable=False)
    breaker_trials = models.PositiveSmallIntegerField(default=0, editable=False)
    breaker_is_trying = models.BooleanField(default=False, editable=False)
    breaker_open_until = models.DateTimeField(null=True, blank=True, editable=False)
    lag_seconds = models.PositiveIntegerField(default=0, editable=False)  # see partners.lag
    order_cursor = models.CharField(max_length=80, blank=True, editable=False)
    walk_cursor = models.TextField(blank=True, editable=False)
    walk_began_at = models.DateTimeField(null=True, editable=False)  # a walk that is not at its end
    reconciled_at = models.DateTimeField(_("last reconciled"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("partner mall")
        verbose_name_plural = _("partner malls")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(name="partner_price_factor_positive", condition=Q(price_factor__gt=0)),
            models.CheckConstraint(
                name="partner_stock_share_up_to_one", condition=Q(stock_share__gt=0, stock_share__lte=1)
            ),
            models.CheckConstraint(name="partner_credit_hours_positive", condition=Q(credit_hours__gt=0)),
            models.CheckConstraint(name="partner_batch_size_positive", condition=Q(batch_size__gt=0)),
            models.CheckConstraint(
                name="partner_limits_positive",
                condition=Q(
                    calls_per_second__gt=0, batches_at_once__gt=0, orders_at_once__gt=0, call_seconds__gt=0
                ),
            ),
            models.CheckConstraint(
                name="partner_breaker_pauses_until",
                condition=Q(breaker_pauses=0) | Q(breaker_open_until__isnull=False),
            ),
        ]

    def __str__(self):
        return self.name


class PartnerMember(models.Model):
    """A user who works at a partner mall and sees at the desk, read only, what concerns that mall."""

    partner = models.ForeignKey(
        PartnerMall, models.CASCADE, related_name="members", verbose_name=_("partner mall")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="partner_membership", verbose_name=_("user")
    )

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self):
        return str(self.user)


class CategoryMap(models.Model):
    """Our category as a partner calls it. A category without a row goes by its nearest ancestor's."""

    partner = models.ForeignKey(
        PartnerMall, models.CASCADE, related_name="category_maps", verbose_name=_("partner mall")
    )
    category = models.ForeignKey(
        "catalog.Category", models.CASCADE, related_name="+", verbose_name=_("category")
    )
    remote_code = models.CharField(_("partner's code"), max_length=60)

    class Meta:
        verbose_name = _("category map")
        verbose_name_plural = _("category maps")
        constraints = [models.UniqueConstraint(name="category_mapped_once", fields=["partner", "category"])]

    def __str__(self):
        return f"{self.category} = {self.remote_code}"
