"""A scan knows its display and product, a phone its visits, a screen its short links."""

import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F

import partners.models.code


def give_codes(apps, schema_editor):
    items = apps.get_model("partners", "DisplayProduct").objects
    for key in items.values_list("pk", flat=True):
        items.filter(pk=key).update(code=partners.models.code.screen_code())


def one_visitor_each(apps, schema_editor):
    apps.get_model("partners", "Visit").objects.update(visitor=F("id"))


FILL = """
    UPDATE partners_scan s SET display_id = l.display_id, product_id = l.product_id
    FROM partners_label l WHERE l.id = s.label_id
"""
CHECK_NOW = "SET CONSTRAINTS ALL IMMEDIATE"


def foreign_key(to, **more):
    return models.ForeignKey(to=to, verbose_name=to.split(".")[1], **more)


class Migration(migrations.Migration):
    dependencies = [("partners", "0009_labels_remember")]
    operations = [
        migrations.AddField(
            "displayproduct", "code", models.CharField(default="", editable=False, max_length=12)
        ),
        migrations.RunPython(give_codes, migrations.RunPython.noop),
        migrations.AddField(
            "visit",
            "visitor",
            models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="visitor"),
        ),
        migrations.RunPython(one_visitor_each, migrations.RunPython.noop),
        migrations.AddField(
            "visit",
            "carted_at",
            models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="put into the cart"
            ),
        ),
        migrations.AddField(
            "scan",
            "display",
            foreign_key(
                "partners.display",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="scans",
            ),
        ),
        migrations.AddField(
            "scan",
            "product",
            foreign_key(
                "catalog.product", null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+"
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(CHECK_NOW, migrations.RunSQL.noop),
        migrations.AlterField(
            "displayproduct",
            "code",
            models.CharField(
                default=partners.models.code.screen_code, editable=False, max_length=12, unique=True
            ),
        ),
        migrations.AlterField(
            "scan",
            "display",
            foreign_key(
                "partners.display", on_delete=django.db.models.deletion.PROTECT, related_name="scans"
            ),
        ),
        migrations.AlterField(
            "scan",
            "product",
            foreign_key("catalog.product", on_delete=django.db.models.deletion.CASCADE, related_name="+"),
        ),
        migrations.AlterField(
            "scan",
            "label",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="scans",
                to="partners.label",
                verbose_name="label",
            ),
        ),
    ]
