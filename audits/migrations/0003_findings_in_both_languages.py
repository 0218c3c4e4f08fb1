"""Findings speak both languages. Adding a column touches no row, so the append-only guard stands."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audits", "0002_guards")]
    operations = [
        migrations.RenameField("finding", "words", "words_zh"),
        migrations.AlterField(
            "finding",
            "words_zh",
            models.CharField(max_length=500, verbose_name="what is wrong (Chinese)"),
        ),
        migrations.AddField(
            "finding",
            "words_en",
            models.CharField(
                default="", max_length=500, verbose_name="what is wrong (English)"
            ),
            preserve_default=False,
        ),
    ]
