"""Listing rules name categories by key: an address may be changed at the desk, which would empty the rule."""

from django.db import migrations, models

KNOWN = {"price_from_krw", "price_to_krw", "in_stock", "delivery", "without"}
NOTHING = 0  # the key of no category: a rule whose categories are all gone selects nothing, as before


def by_keys(apps, schema_editor):
    keys = dict(apps.get_model("catalog", "Category").objects.values_list("slug", "pk"))
    for mall in apps.get_model("partners", "PartnerMall").objects.exclude(rule={}):
        slugs = mall.rule.get("categories")
        mall.rule = {key: value for key, value in mall.rule.items() if key in KNOWN and value}
        if slugs:
            mall.rule["categories"] = [keys[slug] for slug in slugs if slug in keys] or [NOTHING]
        mall.save(update_fields=["rule"])


def by_slugs(apps, schema_editor):
    slugs = dict(apps.get_model("catalog", "Category").objects.values_list("pk", "slug"))
    for mall in apps.get_model("partners", "PartnerMall").objects.exclude(rule={}):
        if keys := mall.rule.get("categories"):
            mall.rule["categories"] = [slugs.get(key, "") for key in keys]
            mall.save(update_fields=["rule"])


class Migration(migrations.Migration):
    dependencies = [("partners", "0013_credit_of_visits"), ("catalog", "0004_walk_lists_by_index")]

    operations = [
        migrations.RunPython(by_keys, by_slugs),
        migrations.AlterField(
            "partnermall",
            "rule",
            models.JSONField(blank=True, default=dict, verbose_name="listing rule"),
        ),
    ]
