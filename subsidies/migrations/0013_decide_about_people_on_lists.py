import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('enrollment', '0007_residence_of_a_resident'),
        ('subsidies', '0012_leave_people_of_marks_to_the_books'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ListDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(choices=[('stays', 'stays enrolled: the list does not hold'), ('taken_back', 'registration taken back: nothing was paid'), ('refund', 'to be refunded by the tax bureau'), ('no_refund', 'stays as paid: nothing is refunded')], max_length=12)),
                ('fen', models.IntegerField(default=0)),
                ('clause', models.CharField(blank=True, default='', max_length=80)),
                ('words', models.CharField(blank=True, default='', max_length=400)),
                ('why', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('campaign', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enrollment.campaign')),
                ('listing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='subsidies.listing')),
                ('registration', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enrollment.registration')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('listing', 'registration'), name='a_case_of_a_list_is_decided_once')],
            },
        ),
    ]
