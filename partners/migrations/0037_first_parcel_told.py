from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0036_listing_sold_out_since")]

    operations = [
        migrations.AddField(
            "partnerorder", "first_parcel_told_at", models.DateTimeField(editable=False, null=True)
        ),
        migrations.RunSQL(
            "UPDATE partners_partnerorder SET first_parcel_told_at = shipment_told_at"
            " WHERE shipment_told_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
