from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0012_refunds_of_the_rest")]

    operations = [
        migrations.AddField(
            model_name="voidedline", name="resident_id", field=models.BigIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="voidedline", name="township_id", field=models.BigIntegerField(null=True)
        ),
    ]
