import django.core.validators
from django.db import migrations, models


def close_breakers(apps, schema_editor):
    """A breaker that counted failures in a row says nothing of a share."""
    malls = apps.get_model("partners", "PartnerMall").objects
    malls.update(breaker_failures=0, breaker_open_until=None)
    malls.filter(calls_per_second=0).update(calls_per_second=1)


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0024_files_of_any_kind'),
    ]

    operations = [
        migrations.RunPython(close_breakers, migrations.RunPython.noop),
        migrations.AddField(
            model_name='partnermall',
            name='batches_at_once',
            field=models.PositiveSmallIntegerField(default=3, help_text='of listings, on their way to the mall', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(8)], verbose_name='batches at once'),
        ),
        migrations.AddField(
            model_name='partnermall',
            name='breaker_calls',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='partnermall',
            name='breaker_is_trying',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='partnermall',
            name='breaker_pauses',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='partnermall',
            name='breaker_since',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='partnermall',
            name='breaker_trials',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='partnermall',
            name='call_seconds',
            field=models.PositiveSmallIntegerField(default=10, help_text='after it the call counts as unanswered and is looked up', validators=[django.core.validators.MinValueValidator(3), django.core.validators.MaxValueValidator(60)], verbose_name='time limit of a call, seconds'),
        ),
        migrations.AddField(
            model_name='partnermall',
            name='orders_at_once',
            field=models.PositiveSmallIntegerField(default=2, help_text='fetched or answered, on each server', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(4)], verbose_name='orders at once'),
        ),
        migrations.AlterField(
            model_name='partnermall',
            name='batch_size',
            field=models.PositiveSmallIntegerField(default=50, help_text='listings in one call, as far as the connector goes', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='batch size'),
        ),
        migrations.AlterField(
            model_name='partnermall',
            name='calls_per_second',
            field=models.PositiveSmallIntegerField(default=10, help_text='at most, of all kinds; what the mall bears is learnt from it', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='calls a second'),
        ),
        migrations.AddConstraint(
            model_name='partnermall',
            constraint=models.CheckConstraint(condition=models.Q(('batches_at_once__gt', 0), ('call_seconds__gt', 0), ('calls_per_second__gt', 0), ('orders_at_once__gt', 0)), name='partner_limits_positive'),
        ),
        migrations.AddConstraint(
            model_name='partnermall',
            constraint=models.CheckConstraint(condition=models.Q(('breaker_pauses', 0), ('breaker_open_until__isnull', False), _connector='OR'), name='partner_breaker_pauses_until'),
        ),
    ]
