from django.db import migrations


def create_group(apps, schema_editor):
    """KITA's staff are the members of this group; what they may do is in catalog/admin/scope.py."""
    apps.get_model("auth", "Group").objects.get_or_create(name="KITA")


class Migration(migrations.Migration):
    dependencies = [("kmall", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(create_group, migrations.RunPython.noop)]
