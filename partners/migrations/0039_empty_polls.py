from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0038_told_of_credentials")]

    operations = [
        migrations.CreateModel(
            "EmptyPolls",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hour", models.DateTimeField()),
                ("number", models.PositiveIntegerField(default=0)),
                (
                    "partner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.CASCADE,
                        related_name="empty_polls",
                        to="partners.partnermall",
                    ),
                ),
            ],
            {
                "constraints": [
                    models.UniqueConstraint(fields=("partner", "hour"), name="empty_polls_of_an_hour")
                ]
            },
        ),
    ]
