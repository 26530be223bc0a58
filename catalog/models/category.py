from django.db import models
from django.utils.translation import gettext_lazy as _


class CategoryQuerySet(models.QuerySet):
    def under(self, category):
        """The category itself and everything below it."""
        return self.filter(path__startswith=category.path)


class Category(models.Model):
    """A node of the tree: parent key and a materialised path such as ``001.004.002.``.

    No nested set: a move writes the moved branch only, never the whole tree.
    """

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    path = models.CharField(_("path"), max_length=60, unique=True, editable=False)
    depth = models.PositiveSmallIntegerField(_("depth"), default=0, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    picture_kind = models.CharField(
        _("drawing"), max_length=30, blank=True, help_text=_("drawing of the category tile")
    )
    attributes = models.ManyToManyField(
        "catalog.Attribute", through="catalog.CategoryAttribute", related_name="categories", blank=True
    )

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["path"]
        indexes = [
            models.Index(name="category_path_prefix", fields=["path"], opclasses=["varchar_pattern_ops"])
        ]
        constraints = [models.UniqueConstraint(name="category_position_once", fields=["parent", "position"])]

    def __str__(self):
        return self.name
