from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0047_requests_in_their_own_words")]

    operations = [
        migrations.AlterField(
            "partnerrequest",
            "problem",
            models.CharField(
                "problem",
                blank=True,
                choices=[
                    ("crossed", "our answer crossed with a change at the partner"),
                    ("no_order", "no order of ours belongs to it"),
                    ("nothing_left", "these units have been refunded before"),
                    ("more_came", "more units have come to the mall's depot since they were refunded"),
                ],
                max_length=12,
            ),
        ),
    ]
