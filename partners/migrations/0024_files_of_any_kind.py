from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0023_measured_lag"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="faultyfile",
            options={
                "ordering": ["-id"],
                "verbose_name": "file with faults",
                "verbose_name_plural": "files with faults",
            },
        ),
    ]
