from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0042_strangers_stay_open")]

    operations = [
        migrations.AlterField(
            "listing",
            "outcome",
            models.CharField(
                choices=[
                    ("none", "not sent yet"),
                    ("accepted", "accepted"),
                    ("ok", "applied"),
                    ("refused", "refused by the partner"),
                    ("failed", "failed, will be tried again"),
                    ("unknown", "unknown, being looked up"),
                ],
                default="none",
                max_length=8,
                verbose_name="outcome",
            ),
        ),
    ]
