from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0048_requests_of_which_more_came")]

    operations = [
        migrations.AddField(
            "listing", "mendings", models.PositiveSmallIntegerField(db_default=0, default=0, editable=False)
        ),
    ]
