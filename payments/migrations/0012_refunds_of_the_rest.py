import django.db.models.deletion
from django.db import migrations, models

# What had gone back when a refund was listed: what has gone or is to go, less what the list says.
LISTED = """
update payments_taxrefund listed
set back_fen = greatest(0, p.reversed_fen + p.refunded_fen + p.refund_due_fen - listed.fen)
from payments_payment p
where p.id = listed.payment_id and listed.live
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0011_find_what_goes_back")]

    operations = [
        migrations.RemoveConstraint(model_name="decision", name="one_live_decision_of_a_payment"),
        migrations.RemoveConstraint(model_name="stop", name="a_registration_is_stopped_once"),
        migrations.RemoveConstraint(
            model_name="taxrefund", name="a_refund_is_sent_to_the_tax_bureau_once"
        ),
        migrations.AddField(
            model_name="decision",
            name="follows",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followers",
                to="payments.decision",
            ),
        ),
        migrations.AddField(
            model_name="stop",
            name="follows",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followers",
                to="payments.stop",
            ),
        ),
        migrations.AddField(
            model_name="taxrefund", name="back_fen", field=models.IntegerField(default=0)
        ),
        migrations.AlterField(
            model_name="taxrefund",
            name="stop",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sent",
                to="payments.stop",
            ),
        ),
        migrations.RunSQL(LISTED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None), ("refused_at", None)),
                fields=("payment_id", "follows"),
                name="one_live_decision_of_a_payment",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("follows", None), ("kind", "refund"), _connector="OR"),
                name="only_a_refund_follows_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="stop",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("refused_at", None), ("undone_at", None), ("withdrawn_at", None)
                ),
                fields=("registration", "follows"),
                name="a_registration_is_stopped_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrefund",
            constraint=models.UniqueConstraint(
                condition=models.Q(("live", True)),
                fields=("payment_id", "back_fen"),
                name="a_refund_is_sent_to_the_tax_bureau_once",
            ),
        ),
    ]
