"""manage.py reconcile CAMPAIGN"""

from typing import Any

from enrollment import commands
from payments import services


class Command(commands.Command):
    help = "Derives the standings of all payments again from the facts."

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        return services.reconcile(self.campaign, by=self.by, now=self.now)
