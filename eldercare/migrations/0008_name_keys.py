"""Give customers of before the key by which their names are found."""

from django.db import migrations

BATCH = 1000


def name_keys(apps, schema_editor):
    """Give rows of before their key; saving makes it. Rerunnable."""
    customers = apps.get_model("eldercare", "Customer").objects
    rows = []
    for row in customers.filter(name_key="").only("name").iterator(chunk_size=BATCH):
        row.name_key = row._meta.get_field("name_key").key_of(row.name)
        rows.append(row)
        if len(rows) == BATCH:
            customers.bulk_update(rows, ["name_key"])
            rows = []
    customers.bulk_update(rows, ["name_key"])


class Migration(migrations.Migration):
    dependencies = [("eldercare", "0007_registration")]
    operations = [migrations.RunPython(name_keys, migrations.RunPython.noop, elidable=True)]
