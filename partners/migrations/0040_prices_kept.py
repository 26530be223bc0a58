from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0039_empty_polls")]

    operations = [
        migrations.AddField("listing", name, models.TextField(blank=True, editable=False, default=""))
        for name in ("sent_prices", "confirmed_prices")
    ]
