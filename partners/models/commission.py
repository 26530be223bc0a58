from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CommissionRule(models.Model):
    """What a partner earns from a day on, until its next rule: of the whole mall, or of a branch of the tree.

    Empty rate: the branch goes by what is above it again.
    """

    partner = models.ForeignKey(
        "partners.PartnerMall",
        models.CASCADE,
        related_name="commission_rules",
        verbose_name=_("partner mall"),
    )
    category = models.ForeignKey(
        "catalog.Category",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
        help_text=_("with all below it; empty: the whole mall"),
    )
    rate = models.DecimalField(
        pgettext_lazy("of a commission", "rate"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("empty: from that day on as the category above"),
    )
    valid_from = models.DateField(_("valid from"))

    class Meta:
        verbose_name = _("commission rule")
        verbose_name_plural = _("commission rules")
        ordering = ["partner", "category__path", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="commission_rule_once_per_date",
                fields=["partner", "category", "valid_from"],
                nulls_distinct=False,
                violation_error_message=_("There is a rule from that day on already."),
            ),
            models.CheckConstraint(
                name="commission_up_to_one",
                condition=Q(rate__isnull=True) | Q(rate__gte=0, rate__lte=1),
            ),
            models.CheckConstraint(
                name="commission_of_whole_mall_has_rate",
                condition=Q(rate__isnull=False) | Q(category__isnull=False),
                violation_error_message=_("A rule of the whole mall needs a rate."),
            ),
        ]

    def __str__(self):
        return f"{self.partner} {self.category or ''} {self.valid_from}"
