from django.core.validators import MinValueValidator
from django.db import migrations, models


def hours() -> models.Field:
    label, least = "credit window, hours", MinValueValidator(1)
    return models.PositiveSmallIntegerField(default=72, validators=[least], verbose_name=label)


class Migration(migrations.Migration):
    dependencies = [("partners", "0034_requests_ticked_off")]

    operations = [
        migrations.AlterField("display", "credit_hours", hours()),
        migrations.AlterField("partnermall", "credit_hours", hours()),
    ]
