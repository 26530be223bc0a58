from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0032_few_indexes_per_send")]

    operations = [
        migrations.AddField(
            "partnerrequest",
            "settled_at",
            models.DateTimeField(blank=True, null=True, verbose_name="settled"),
        ),
    ]
