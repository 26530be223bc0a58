from django.db import migrations, models

MODELS = "Display", "PartnerMall"


def the_least(apps, schema_editor):
    """Nobody was credited for hours that were none; what comes nearest is the least that the form takes."""
    for name in MODELS:
        apps.get_model("partners", name).objects.filter(credit_hours=0).update(credit_hours=1)


class Migration(migrations.Migration):
    dependencies = [("partners", "0045_long_names_of_strangers")]

    operations = [migrations.RunPython(the_least, migrations.RunPython.noop)] + [
        migrations.AddConstraint(
            name.lower(),
            models.CheckConstraint(
                condition=models.Q(credit_hours__gt=0),
                name=f"{'partner' if name == 'PartnerMall' else 'display'}_credit_hours_positive",
            ),
        )
        for name in MODELS
    ]
