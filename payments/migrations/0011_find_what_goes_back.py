from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0010_count_what_is_open")]

    operations = [
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("refund_due_fen__gt", 0)),
                fields=["campaign_id"],
                name="payments_to_give_back",
            ),
        ),
    ]
