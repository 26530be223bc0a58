from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Revision(models.Model):
    """What a seller proposes for a product: all fields, SKUs and pictures as they should become.

    `data` = {"fields": {name: value}, "values": [...], "skus": [{...}], "pictures": [id, ...]};
    the shape is written and read by `catalog.approve` alone.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("waiting for KITA")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")

    product = models.ForeignKey(
        "catalog.Product", models.CASCADE, related_name="revisions", verbose_name=_("product")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("author")
    )
    data = models.JSONField(_("proposed"), default=dict)
    base_version = models.BigIntegerField(_("made from version"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    reasons = models.JSONField(_("reasons by field"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-id"]
        indexes = [models.Index(name="revision_queue", fields=["state", "submitted_at"])]
        constraints = [
            models.UniqueConstraint(
                name="revision_one_open_per_product",
                fields=["product"],
                condition=models.Q(state__in=["draft", "submitted", "returned"]),
            )
        ]

    def __str__(self):
        return f"{self.product_id} r{self.pk}"
