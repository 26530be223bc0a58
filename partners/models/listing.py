from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ListingQuerySet(models.QuerySet):
    def held_there(self):
        """Rows that the partner holds, as far as its last answer says."""
        return self.exclude(confirmed_hash="")

    def due(self, now):
        """Rows that a worker may claim: something to send, its time has come, nobody holds it."""
        return self.filter(Q(due_full=True) | Q(due_stock=True), next_try_at__lte=now).filter(
            Q(leased_until__isnull=True) | Q(leased_until__lt=now)
        )


class Listing(models.Model):
    """One product at one partner: the outbox row. What should be there, and what the partner confirmed.

    `version` only grows. Accepted (taken in), applied (worked in) and seen (on the partner's page)
    are three moments; only the last means that a shopper can see it, and tells the second where no answer
    did. Content (texts, pictures, link) and offer (prices, stock) have a digest each: as sent last, and as
    the partner confirmed.
    """

    class Outcome(models.TextChoices):
        NONE = "none", _("not sent yet")
        ACCEPTED = "accepted", _("accepted")
        OK = "ok", pgettext_lazy("a listing", "applied")
        REFUSED = "refused", _("refused by the partner")
        FAILED = "failed", _("failed, will be tried again")
        UNKNOWN = "unknown", _("unknown, being looked up")

    partner = models.ForeignKey(
        "partners.PartnerMall",
        models.CASCADE,
        related_name="listings",
        verbose_name=_("partner mall"),
        db_index=False,  # the constraint's own index begins with it
    )
    product = models.ForeignKey(
        "catalog.Product", models.CASCADE, related_name="listings", verbose_name=_("product")
    )
    is_wanted = models.BooleanField(_("should be on sale there"), default=True)
    version = models.BigIntegerField(_("version"), default=1)
    due_full = models.BooleanField(_("text and pictures due"), default=True)
    due_stock = models.BooleanField(_("price and stock due"), default=False)
    due_since = models.DateTimeField(_("due since"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("next try"))
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True, editable=False)
    look_at = models.DateTimeField(_("to be looked up"), null=True, blank=True, editable=False)
    looks = models.PositiveSmallIntegerField(default=0, editable=False)
    mendings = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)  # in vain so far
    met_at = models.DateTimeField(null=True, editable=False)  # by a pass there, or last asked for by name
    link_day = models.DateField(_("link signed on"), null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)

    sent_version = models.BigIntegerField(default=0, editable=False)
    sent_hash = models.CharField(max_length=64, blank=True, editable=False)
    sent_offer_hash = models.CharField(max_length=64, blank=True, editable=False)
    confirmed_hash = models.CharField(max_length=64, blank=True, editable=False)
    confirmed_offer_hash = models.CharField(max_length=64, blank=True, editable=False)
    # Prices of the offer that was sent last, and of the one confirmed: `partners.desired.prices_of`.
    sent_prices = models.TextField(blank=True, editable=False, default="")
    confirmed_prices = models.TextField(blank=True, editable=False, default="")
    confirmed_version = models.BigIntegerField(_("confirmed version"), default=0)
    is_shown = models.BooleanField(_("on sale there"), default=False)
    sold_out_at = models.DateTimeField(null=True, editable=False)  # since when what is sent has no stock
    remote_id = models.CharField(_("partner's id"), max_length=80, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen on the partner's page"), null=True, blank=True)
    # The oldest change that is not shown yet; when the last one was first seen there, and how long it took.
    changed_at = models.DateTimeField(null=True, editable=False)
    shown_at = models.DateTimeField(null=True, editable=False)
    shown_after = models.DurationField(null=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, default=Outcome.NONE)
    outcome_at = models.DateTimeField(_("outcome since"), null=True, blank=True)
    error_code = models.CharField(_("error code"), max_length=60, blank=True)
    error_text = models.CharField(_("reason"), max_length=300, blank=True)
    error_field = models.CharField(_("field"), max_length=60, blank=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering = ["partner", "product"]
        indexes = [
            models.Index(
                name="listing_due",
                fields=["partner", "next_try_at"],
                condition=Q(due_full=True) | Q(due_stock=True),
            ),
            # The lanes as they are claimed: a claim reads what it takes, not all that is due.
            models.Index(
                name="listing_due_full",
                fields=["partner", "-due_since", "product"],
                condition=Q(due_full=True),
            ),
            models.Index(
                name="listing_due_stock",
                fields=["partner", "-due_since", "product"],
                condition=Q(due_stock=True),
            ),
            models.Index(
                name="listing_to_look_up", fields=["partner", "look_at"], condition=Q(look_at__isnull=False)
            ),
            # Only those that a person or a look asks for: what is sent and taken is written in neither.
            models.Index(
                name="listing_in_trouble",
                fields=["partner", "outcome"],
                condition=Q(outcome__in=["refused", "failed", "unknown"]),
            ),
            models.Index(
                "partner",
                F("met_at").asc(nulls_first=True),
                name="listing_stalest",
                condition=Q(look_at=None) & ~Q(confirmed_hash=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="listing_once_per_partner", fields=["partner", "product"]),
            models.CheckConstraint(
                name="listing_confirms_no_future_version", condition=Q(confirmed_version__lte=F("version"))
            ),
        ]

    def __str__(self):
        return f"{self.partner_id}/{self.product_id} v{self.version}"

    @property
    def is_due(self) -> bool:
        return self.due_full or self.due_stock

    def come_to(self, outcome: str, *, code: str = "", field: str = "", text: str = "") -> None:
        """Note an outcome and its reason, unsaved; `outcome_at` stays while both are what they were."""
        if (outcome, code) != (self.outcome, self.error_code) or self.outcome_at is None:
            self.outcome_at = timezone.now()
        self.outcome, self.error_code, self.error_field, self.error_text = outcome, code, field, text[:300]


class Call(models.Model):
    """One request to a partner with its result, kept 30 days; nothing secret, nobody's data.

    `sent` and `answered` are the bodies, blotted and packed: `partners.said.said` reads them.
    """

    # The mall answered as it should, whether it did what was asked or not.
    WELL = ("ok", "deferred", "notready", "requestdiffers", "wrongstate")

    partner = models.ForeignKey(
        "partners.PartnerMall", models.CASCADE, related_name="calls", verbose_name=_("partner mall")
    )
    kind = models.CharField(_("call"), max_length=30)
    listings = models.PositiveIntegerField(_("listings"), default=0)
    outcome = models.CharField(_("outcome"), max_length=20)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    milliseconds = models.PositiveIntegerField(_("ms"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True)
    products = ArrayField(models.BigIntegerField(), default=list, editable=False)  # keys of those in it
    address = models.CharField(_("address"), max_length=300, blank=True)
    sent = models.BinaryField(null=True)
    answered = models.BinaryField(null=True)
    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("partner call")
        verbose_name_plural = _("partner calls")
        ordering = ["-id"]
        indexes = [GinIndex(name="call_products", fields=["products"])]

    def __str__(self):
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M:%S}"


class EmptyPolls(models.Model):
    """Polls of an hour that brought nothing: there are thousands a day, so they are counted and no `Call`."""

    partner = models.ForeignKey(
        "partners.PartnerMall",
        models.CASCADE,
        related_name="empty_polls",
        db_index=False,  # the constraint's own index begins with it
    )
    hour = models.DateTimeField()  # when it begins
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="empty_polls_of_an_hour", fields=["partner", "hour"])]

    def __str__(self):
        return f"{self.number} from {self.hour:%Y-%m-%d %H:%M}"
