"""Events that only grow: the database refuses to change or delete one."""

from django.db import migrations

from foundation.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("appointments", "0001_initial"), ("foundation", "0001_initial")]
    operations = [
        AppendOnly("appointments_visitevent"),
    ]
