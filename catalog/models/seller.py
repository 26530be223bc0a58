from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SellerQuerySet(models.QuerySet):
    def open(self):
        """Sellers whose goods may be on sale: admitted by KITA and not suspended."""
        return self.filter(state=Seller.State.ADMITTED)


class Seller(models.Model):
    """A Korean SME. Texts in both languages; what it sells hangs off it."""

    class State(models.TextChoices):
        APPLIED = "applied", _("applied")
        ADMITTED = "admitted", _("admitted")
        SUSPENDED = "suspended", _("suspended")

    class Scene(models.TextChoices):
        FIELD = "field", _("fields")
        GROVE = "grove", _("grove")
        LOOM = "loom", _("workshop")
        SEA = "sea", _("sea")

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    brn = models.CharField(_("business registration number"), max_length=10, unique=True)
    town = models.CharField(
        _("town"), max_length=60, help_text=_("province and town, for instance 경기 수원")
    )
    founded = models.PositiveSmallIntegerField(_("founded in"), null=True, blank=True)
    story = models.TextField(_("story"), blank=True)
    quote = models.CharField(_("quote"), max_length=200, blank=True)
    quote_by = models.CharField(_("who says it"), max_length=60, blank=True)
    scene = models.CharField(_("drawn scene"), max_length=10, choices=Scene, default=Scene.FIELD)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.APPLIED, db_index=True)
    featured = models.PositiveSmallIntegerField(
        _("place among the stories"),
        null=True,
        blank=True,
        help_text=_("order on the home page; empty: not shown"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = SellerQuerySet.as_manager()

    class Meta:
        verbose_name = _("seller")
        verbose_name_plural = _("sellers")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="seller_brn_ten_digits", condition=models.Q(brn__regex=r"^\d{10}$"))
        ]

    def __str__(self):
        return self.name


class SellerMember(models.Model):
    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        EDITOR = "editor", _("editor")
        VIEWER = "viewer", _("viewer")

    seller = models.ForeignKey(Seller, models.CASCADE, related_name="members", verbose_name=_("seller"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.EDITOR)

    class Meta:
        verbose_name = _("seller's member")
        verbose_name_plural = _("seller's members")
        constraints = [models.UniqueConstraint(name="member_once_per_seller", fields=["seller", "user"])]

    def __str__(self):
        return f"{self.user} @ {self.seller}"
