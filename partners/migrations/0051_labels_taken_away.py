"""Whether a label out of force was taken away. Of those until now nobody said: a scan since shows that not."""

from django.db import migrations, models
from django.db.models import Exists, F, OuterRef, Q


def unless_scanned(apps, schema_editor):
    scans = apps.get_model("partners", "Scan").objects.filter(label=OuterRef("pk"))
    labels = apps.get_model("partners", "Label").objects.exclude(superseded_at=None)
    unseen = labels.exclude(Exists(scans.filter(at__gt=OuterRef("superseded_at"))))
    unseen.update(taken_away_at=F("superseded_at"))


class Migration(migrations.Migration):
    dependencies = [("partners", "0050_time_of_each_request")]

    operations = [
        migrations.AddField(
            "label",
            "taken_away_at",
            models.DateTimeField(blank=True, null=True, verbose_name="noted as taken away"),
        ),
        migrations.RunPython(unless_scanned, migrations.RunPython.noop),
        migrations.AddConstraint(
            "label",
            models.CheckConstraint(
                name="label_taken_away_is_out_of_force",
                condition=Q(taken_away_at=None) | Q(superseded_at__isnull=False),
            ),
        ),
    ]
