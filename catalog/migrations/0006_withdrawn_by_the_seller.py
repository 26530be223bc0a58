from django.db import migrations, models


def note(apps, schema_editor):
    apps.get_model("catalog", "Product").objects.filter(state="withdrawn").update(is_withdrawn=True)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_photo_of_a_display")]

    operations = [
        migrations.AddField("product", "is_withdrawn", models.BooleanField(default=False, editable=False)),
        migrations.RunPython(note, migrations.RunPython.noop),
    ]
