from django.db import migrations

import kmall.encryption


class Migration(migrations.Migration):
    dependencies = [("partners", "0046_no_credit_window_of_nothing")]

    operations = [
        migrations.AddField(
            "partnerrequest",
            "told",
            kmall.encryption.EncryptedTextField(blank=True, editable=False, default=""),
        ),
    ]
