import pghistory
from django.db import models


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Household(models.Model):
    """People on one page of a village's register. `number` is the village's own (户编号)."""

    village = models.ForeignKey("Region", models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=40)
    head_name = models.CharField(max_length=60, default="", blank=True)
    group_no = models.CharField(max_length=10, default="", blank=True)  # 组

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["village", "number"], name="household_numbers_are_unique_in_a_village"
            )
        ]
