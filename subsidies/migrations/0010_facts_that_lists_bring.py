import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('enrollment', '0007_residence_of_a_resident'),
        ('subsidies', '0009_keep_what_checking_foresees'),
    ]

    operations = [
        migrations.AddField(
            model_name='rosterline',
            name='more',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='rosterline',
            name='school',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.CreateModel(
            name='ListEffect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fact', models.CharField(max_length=10)),
                ('was', models.CharField(max_length=250)),
                ('made', models.CharField(max_length=250)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enrollment.sourcefile')),
                ('resident', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enrollment.resident')),
            ],
        ),
    ]
