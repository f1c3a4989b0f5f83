from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enrollment", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="region",
            name="path",
            field=models.CharField(max_length=200, unique=True),
        ),
    ]
