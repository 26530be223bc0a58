"""Units of a line that were given back before their parcel left; of past ones as far as it is known."""

from django.db import migrations, models

# What cost nothing has no line of a refund: of a parcel that left it is taken to have been in it.
PAST = """
    UPDATE orders_orderline l SET called_off_quantity = CASE
        WHEN c.shipped_at IS NULL THEN l.refunded_quantity
        ELSE (SELECT coalesce(sum(r.quantity), 0) FROM orders_refundline r
              WHERE r.line_id = l.id AND NOT r.was_sent)
    END
    FROM orders_consignment c WHERE c.id = l.consignment_id AND l.refunded_quantity > 0
"""


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0011_words_of_payments'),
    ]

    operations = [
        migrations.AddField(
            model_name='orderline',
            name='called_off_quantity',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.RunSQL(PAST, reverse_sql=migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('called_off_quantity__lte', models.F('refunded_quantity'))), name='line_called_off_within_refunded'),
        ),
    ]
