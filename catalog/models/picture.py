from django.db import models
from django.utils.translation import gettext_lazy as _


class Picture(models.Model):
    """A picture of a product: the original, and the sizes that the pipeline derives from it.

    One without a product is a photo that another app refers to.
    A demo picture has a drawing recipe in `art` and no original until it is needed.
    `digest` (SHA-256 of the original or of the recipe) names the derived files.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READY = "ready", _("ready")
        REFUSED = "refused", _("refused")

    product = models.ForeignKey(
        "catalog.Product",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="pictures",
        verbose_name=_("product"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    original = models.FileField(_("file"), upload_to="originals/", blank=True, max_length=200)
    art = models.JSONField(_("drawing"), null=True, blank=True, editable=False)
    digest = models.CharField(_("digest"), max_length=64, editable=False, db_index=True)
    width = models.PositiveIntegerField(_("width"), default=0, editable=False)
    height = models.PositiveIntegerField(_("height"), default=0, editable=False)
    ground = models.PositiveSmallIntegerField(_("ground"), default=0, editable=False)
    alt = models.CharField(_("alternative text"), max_length=150, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING, editable=False)
    widths = models.JSONField(_("derived widths"), default=list, editable=False)
    priority = models.IntegerField(_("priority"), default=0, editable=False)
    is_current = models.BooleanField(_("belongs to the approved version"), default=True, editable=False)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["product", "position", "id"]
        indexes = [
            models.Index(
                name="picture_waiting", fields=["-priority", "id"], condition=models.Q(state="waiting")
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="picture_has_source", condition=~models.Q(original="") | models.Q(art__isnull=False)
            )
        ]

    def __str__(self):
        return f"{self.product_id}/{self.position}"
