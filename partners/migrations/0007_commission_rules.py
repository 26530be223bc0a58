"""A partner's one commission becomes its first dated rule; what a credit was frozen at goes onto its lines."""

import django.db.models.deletion
from django.db import migrations, models

STATEMENTS = [
    "INSERT INTO partners_commissionrule (partner_id, rate, valid_from)"
    " SELECT id, commission, DATE '2000-01-01' FROM partners_partnermall",
    "UPDATE orders_orderline l SET commission_rate = c.commission FROM partners_credit c"
    " WHERE c.order_id = l.order_id AND c.commission > 0",
]


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_walk_lists_by_index'),
        ('orders', '0009_commission_rate_of_lines'),
        ('partners', '0006_drift_report'),
    ]

    operations = [
        migrations.CreateModel(
            name='CommissionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rate', models.DecimalField(blank=True, decimal_places=4, help_text='empty: from that day on as the category above', max_digits=5, null=True, verbose_name='rate')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('category', models.ForeignKey(blank=True, help_text='with all below it; empty: the whole mall', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.category', verbose_name='category')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='commission_rules', to='partners.partnermall', verbose_name='partner mall')),
            ],
            options={
                'verbose_name': 'commission rule',
                'verbose_name_plural': 'commission rules',
                'ordering': ['partner', 'category__path', '-valid_from'],
                'constraints': [models.UniqueConstraint(fields=('partner', 'category', 'valid_from'), name='commission_rule_once_per_date', nulls_distinct=False, violation_error_message='There is a rule from that day on already.'), models.CheckConstraint(condition=models.Q(('rate__isnull', True), models.Q(('rate__gte', 0), ('rate__lte', 1)), _connector='OR'), name='commission_up_to_one'), models.CheckConstraint(condition=models.Q(('rate__isnull', False), ('category__isnull', False), _connector='OR'), name='commission_of_whole_mall_has_rate', violation_error_message='A rule of the whole mall needs a rate.')],
            },
        ),
        migrations.RunSQL(STATEMENTS, reverse_sql=migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='credit',
            name='commission',
        ),
        migrations.RemoveField(
            model_name='partnermall',
            name='commission',
        ),
        migrations.AlterField(
            model_name='credit',
            name='visit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credits', to='partners.visit', verbose_name='visit'),
        ),
    ]
