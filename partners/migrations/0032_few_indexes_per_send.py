from django.db import migrations, models


class Migration(migrations.Migration):
    """A row that is sent and taken is written anew in each of its indexes: two of them hold only those rows
    that are asked for by them. A page has room for a row as it grows by its digests.
    """

    dependencies = [
        ("partners", "0031_listings_in_place"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="listing",
            name="listing_by_outcome",
        ),
        migrations.RemoveIndex(
            model_name="listing",
            name="listing_stalest",
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(("outcome__in", ["refused", "failed", "unknown"])),
                fields=["partner", "outcome"],
                name="listing_in_trouble",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                models.F("partner"),
                models.OrderBy(models.F("met_at"), nulls_first=True),
                condition=models.Q(("look_at", None), models.Q(("confirmed_hash", ""), _negated=True)),
                name="listing_stalest",
            ),
        ),
        migrations.RunSQL(
            "alter table partners_listing set (fillfactor = 40)",
            "alter table partners_listing set (fillfactor = 50)",
        ),
    ]
