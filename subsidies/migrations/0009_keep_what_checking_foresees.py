import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEY = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')
OUTCOMES = [
    ('updated', 'priced again: nothing had been paid yet'), ('owed', 'the difference is paid out'),
    ('taken_back', 'the difference is taken back'), ('same', 'what applies stays the same'),
    ('recognised_late', 'recognised after the last day'), ('dead', 'on a list of the dead'),
    ('elsewhere', 'enrolled elsewhere, which the notice does not subsidise'),
    ('fall_kept', 'less would apply, but nothing is taken back'),
    ('no_top_up', 'more would apply, but a rise is not paid'),
    ('not_back', 'paid already; the notice lets none of it come back'),
    ('unpriced', 'cannot be priced'),
]
KINDS = [
    ('reimbursement', 'reimbursed after payment'), ('top_up', 'difference to a higher category'),
    ('paid_already', 'paid by oneself, though subsidised'),
]


def to(model, how=django.db.models.deletion.CASCADE, **more):
    return models.ForeignKey(on_delete=how, related_name='+', to=model, **more)


class Migration(migrations.Migration):

    dependencies = [
        ('enrollment', '0004_rosters_are_files'),
        ('subsidies', '0009_freeze_batches_and_keep_answers'),
        ('subsidies', '0008_choose_columns_and_discard_lists'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='roster', name='day_order',
            field=models.CharField(blank=True, default='', max_length=3),
        ),
        migrations.AddField(
            model_name='rosterline', name='day_text',
            field=models.CharField(default='', max_length=40),
        ),
        migrations.AddField(
            model_name='rosterline', name='left_out', field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='SourcePlace',
            fields=[
                ('id', KEY),
                ('source', models.CharField(max_length=40)),
                ('township', models.CharField(blank=True, max_length=60)),
                ('village', models.CharField(blank=True, max_length=60)),
                ('said_at', models.DateTimeField()),
                ('campaign', to('enrollment.campaign')),
                ('region', to('enrollment.region')),
                ('said_by', to(settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(
                        fields=('campaign', 'source', 'township', 'village'),
                        name='a_place_of_a_source_is_one_place',
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name='RosterKnown',
            fields=[
                ('id', KEY),
                ('sheets', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('lines', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('residents', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(null=True), size=None)),
                ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('file', to('enrollment.sourcefile')),
            ],
        ),
        migrations.CreateModel(
            name='Foreseen',
            fields=[
                ('id', KEY),
                ('outcome', models.CharField(choices=OUTCOMES, max_length=20)),
                ('kind', models.CharField(blank=True, choices=KINDS, default='', max_length=20)),
                ('hardship', models.CharField(blank=True, default='', max_length=40)),
                ('was', models.CharField(blank=True, default='', max_length=40)),
                ('was_fen', models.IntegerField()),
                ('granted_fen', models.IntegerField()),
                ('fen', models.IntegerField()),
                ('clause', models.CharField(blank=True, default='', max_length=80)),
                ('file', to('enrollment.sourcefile')),
                ('registration', to('enrollment.registration', db_index=False)),
                ('resident', to('enrollment.resident', db_index=False)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(
                        fields=('file', 'registration'), name='foreseen_once_for_a_registration'
                    )
                ],
            },
        ),
    ]
