from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0034_requests_ticked_off")]

    operations = [
        migrations.AddField("listing", "sold_out_at", models.DateTimeField(editable=False, null=True)),
    ]
