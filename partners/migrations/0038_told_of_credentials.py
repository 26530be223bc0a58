from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0037_first_parcel_told")]

    operations = [
        migrations.AddField("partnermall", "untold_since", models.DateTimeField(editable=False, null=True)),
    ]
