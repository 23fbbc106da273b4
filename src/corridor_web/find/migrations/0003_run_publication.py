"""Runs are published by a desk, and say which Corridor computed them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("find", "0002_public_targets")]
    operations = [
        migrations.AddField(model_name="run", name="published", field=models.BooleanField(default=False)),
        migrations.AddField(
            model_name="run", name="version", field=models.CharField(blank=True, max_length=40)
        ),
    ]
