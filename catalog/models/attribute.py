from django.db import models
from django.utils.translation import gettext_lazy as _


class Attribute(models.Model):
    """A typed property such as skin type or capacity. Choice attributes become filters."""

    class Kind(models.TextChoices):
        CHOICE = "choice", _("choice")
        NUMBER = "number", _("number")
        TEXT = "text", _("text")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CHOICE)
    unit = models.CharField(_("unit"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering = ["code"]

    def __str__(self):
        return self.name


class AttributeOption(models.Model):
    attribute = models.ForeignKey(
        Attribute, models.CASCADE, related_name="options", verbose_name=_("attribute")
    )
    code = models.SlugField(_("code"), max_length=40)
    label = models.CharField(_("label"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("attribute option")
        verbose_name_plural = _("attribute options")
        ordering = ["attribute", "position"]
        constraints = [models.UniqueConstraint(name="option_code_once", fields=["attribute", "code"])]

    def __str__(self):
        return self.label


class CategoryAttribute(models.Model):
    category = models.ForeignKey("catalog.Category", models.CASCADE, verbose_name=_("category"))
    attribute = models.ForeignKey(Attribute, models.CASCADE, verbose_name=_("attribute"))
    is_required = models.BooleanField(_("required"), default=False)
    is_filter = models.BooleanField(_("shown as filter"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("category attribute")
        verbose_name_plural = _("category attributes")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="attribute_once_per_category", fields=["category", "attribute"])
        ]

    def __str__(self):
        return f"{self.category}: {self.attribute}"


class ProductAttribute(models.Model):
    """One value: an option, a number, or a text in both languages. An attribute may have several options."""

    product = models.ForeignKey(
        "catalog.Product", models.CASCADE, related_name="values", verbose_name=_("product")
    )
    attribute = models.ForeignKey(Attribute, models.PROTECT, verbose_name=_("attribute"))
    option = models.ForeignKey(
        AttributeOption, models.PROTECT, null=True, blank=True, verbose_name=_("option")
    )
    number = models.DecimalField(_("number"), max_digits=12, decimal_places=3, null=True, blank=True)
    text = models.CharField(_("text"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("attribute value")
        verbose_name_plural = _("attribute values")
        ordering = ["product", "attribute", "option"]
        constraints = [
            models.UniqueConstraint(
                name="value_once_per_option", fields=["product", "attribute", "option"], nulls_distinct=False
            )
        ]
        indexes = [models.Index(name="value_by_option", fields=["option", "product"])]

    def __str__(self):
        return f"{self.attribute}: {self.option or self.number or self.text}"
