from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0035_a_credit_window_of_an_hour")]

    operations = [
        migrations.AddField("listing", "sold_out_at", models.DateTimeField(editable=False, null=True)),
    ]
