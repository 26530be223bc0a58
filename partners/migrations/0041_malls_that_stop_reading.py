import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0040_prices_kept")]

    operations = [
        migrations.AddField(
            "feed",
            "opened_at",
            models.DateTimeField(auto_now_add=True, default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField("feed", "silent_since", models.DateTimeField(null=True)),
        # It said when the mall's place changed last: a mall with nothing new to read would seem to be silent.
        migrations.RunSQL("UPDATE partners_feed SET asked_at = NULL", migrations.RunSQL.noop),
    ]
