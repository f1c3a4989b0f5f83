import django.db.models.deletion
from django.db import migrations, models

PERSON = {
    "db_constraint": False,
    "on_delete": django.db.models.deletion.PROTECT,
    "related_name": "+",
    "to": "enrollment.resident",
}


class Migration(migrations.Migration):
    dependencies = [
        ("subsidies", "0011_proofs_from_elsewhere"),
    ]

    operations = [
        migrations.AlterField(
            model_name="entitlement", name="resident", field=models.ForeignKey(**PERSON)
        ),
        migrations.AlterField(
            model_name="listing", name="resident", field=models.ForeignKey(**PERSON)
        ),
    ]
