from django.db import migrations


class Migration(migrations.Migration):
    """A claim and what is noted before a call change no indexed column any more: with room on the page such a
    change is written in place, and not once more in each of the table's indexes.
    """

    dependencies = [
        ("partners", "0030_unreadable_orders"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="listing",
            name="listing_leased",
        ),
        migrations.RunSQL(
            "alter table partners_listing set (fillfactor = 50)",
            "alter table partners_listing reset (fillfactor)",
        ),
    ]
