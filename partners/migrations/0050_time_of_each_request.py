from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0049_mendings_in_vain")]

    operations = [
        migrations.AddField(
            "partnerrequest", "remote_updated_at", models.DateTimeField(editable=False, null=True)
        ),
    ]
