from django.db import migrations

import kmall.encryption


class Migration(migrations.Migration):
    dependencies = [("partners", "0042_strangers_stay_open")]

    operations = [
        migrations.AddField(
            "partnerorder",
            "told",
            kmall.encryption.EncryptedTextField(blank=True, editable=False, default=""),
        ),
    ]
