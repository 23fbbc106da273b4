"""The two announced targets for Pakistan, with their sources: public facts, not illustrative."""

from django.db import migrations

TARGETS = (
    {
        "exporter": "PAK",
        "importer": "CHN",
        "value_usd": 50e9,
        "year": 2035,
        "source": "Planning minister of Pakistan: exports to China to 50 billion USD; no year was given, "
        "ten years are assumed here",
        "base_usd": 2.476e9,
        "base_year": 2025,
        "base_source": "State Bank of Pakistan, fiscal year 2025",
    },
    {
        "exporter": "PAK",
        "importer": "",
        "value_usd": 150e9,
        "year": 2035,
        "source": "Planning minister of Pakistan: total exports from 30 to 150 billion USD in ten years",
        "base_usd": 30e9,
        "base_year": 2025,
        "base_source": "Planning minister of Pakistan",
    },
)


def add_targets(apps, schema_editor):
    target = apps.get_model("find", "Target")
    target.objects.bulk_create([target(**facts) for facts in TARGETS])


class Migration(migrations.Migration):
    dependencies = [("find", "0001_initial")]
    operations = [migrations.RunPython(add_targets, migrations.RunPython.noop)]
