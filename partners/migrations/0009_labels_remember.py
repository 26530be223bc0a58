"""A label stands on its own: display, product and texts as printed, who printed it, when it was superseded."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FILL = """
    UPDATE partners_label l SET
        display_id = i.display_id, product_id = i.product_id,
        rate_day = (l.printed_at AT TIME ZONE 'Asia/Shanghai')::date,
        superseded_at = (
            SELECT min(later.printed_at) FROM partners_label later
            WHERE later.item_id = l.item_id AND later.id > l.id
        ),
        shown = jsonb_build_object('name', p.name_zh_hans, 'name_ko', p.name_ko)
    FROM partners_displayproduct i JOIN catalog_product p ON p.id = i.product_id
    WHERE i.id = l.item_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_catalogue"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("partners", "0008_frame_of_a_partner"),
    ]
    operations = [
        migrations.AddField(
            "label",
            "display",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="labels",
                to="partners.display",
                verbose_name="display",
            ),
        ),
        migrations.AddField(
            "label",
            "product",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="labels",
                to="catalog.product",
                verbose_name="product",
            ),
        ),
        migrations.AddField("label", "rate_day", models.DateField(null=True, verbose_name="day of the rate")),
        migrations.AddField("label", "shown", models.JSONField(default=dict, verbose_name="text shown")),
        migrations.AddField(
            "label",
            "printed_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="printed by",
            ),
        ),
        migrations.AddField(
            "label",
            "superseded_at",
            models.DateTimeField(blank=True, null=True, verbose_name="out of force since"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            "label",
            "display",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="labels",
                to="partners.display",
                verbose_name="display",
            ),
        ),
        migrations.AlterField(
            "label",
            "product",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="labels",
                to="catalog.product",
                verbose_name="product",
            ),
        ),
        migrations.AlterField("label", "rate_day", models.DateField(verbose_name="day of the rate")),
        migrations.RemoveField("label", "item"),
        migrations.AddConstraint(
            "label",
            models.UniqueConstraint(
                condition=models.Q(("superseded_at", None)),
                fields=("display", "product"),
                name="label_in_force_once_per_product",
            ),
        ),
    ]
