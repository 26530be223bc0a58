from django.db import migrations

import kmall.encryption


class Migration(migrations.Migration):
    dependencies = [("partners", "0043_accepted_and_applied")]

    operations = [
        migrations.AddField(
            "partnerorder",
            "told",
            kmall.encryption.EncryptedTextField(blank=True, editable=False, default=""),
        ),
    ]
