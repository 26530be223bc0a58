from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kmall.encryption import EncryptedTextField


class Address(models.Model):
    """A Chinese address of the book. Regions by GB/T 2260 code and name; persons' data encrypted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="addresses")
    name = EncryptedTextField(_("recipient"))
    phone = EncryptedTextField(_("mobile phone"))
    province_code = models.CharField(max_length=2)
    city_code = models.CharField(max_length=4)
    district_code = models.CharField(max_length=6, blank=True)
    street_code = models.CharField(max_length=9, blank=True)
    province = models.CharField(_("province"), max_length=30)
    city = models.CharField(_("city"), max_length=40)
    district = models.CharField(_("district"), max_length=40, blank=True)
    street = models.CharField(_("street"), max_length=60, blank=True)
    detail = EncryptedTextField(_("house and room"))
    is_default = models.BooleanField(_("default address"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["-is_default", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="address_one_default_per_user", fields=["user"], condition=models.Q(is_default=True)
            )
        ]

    def __str__(self):
        return f"{self.province}{self.city}{self.district}"


class Identity(models.Model):
    """Real name and ID number of a buyer for customs: encrypted, found by blind index, erased on a date."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="identities")
    name = EncryptedTextField(_("real name"))
    number = EncryptedTextField(_("ID number"))
    index = models.CharField(max_length=64, db_index=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    erase_on = models.DateField(_("erase on"), null=True, blank=True)

    class Meta:
        verbose_name = _("buyer's identity")
        verbose_name_plural = _("buyers' identities")
        constraints = [models.UniqueConstraint(name="identity_once_per_user", fields=["user", "index"])]

    def __str__(self):
        return str(self.pk)
