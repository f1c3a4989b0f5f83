"""manage.py load_notice FILE.toml [--practice] [--draft] [--check]"""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from enrollment import clock, commands, loading
from enrollment.errors import Refused
from enrollment.facts import day_start
from enrollment.models import Campaign
from enrollment.services import campaigns


class Command(commands.Command):
    help = "Validates a notice file whole, and opens or updates its campaign with its regions."
    takes_campaign = False
    takes_now = True

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.toml")
        parser.add_argument("--practice", action="store_true", help="a campaign with its own clock")
        parser.add_argument("--draft", action="store_true", help="load, do not open")
        parser.add_argument("--check", action="store_true", help="only validate; changes nothing")

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        """--check does all of it, regions and targets included, and takes it back."""
        with transaction.atomic():
            result = self._load(options)
            if options["check"]:
                transaction.set_rollback(True)
        return result

    def _load(self, options: dict[str, Any]) -> dict[str, Any]:
        if campaigns.read_notice(options["file"]).policy["campaign"] is None:
            return {
                "campaign": None,
                "targets": {},
                "warnings": [],
            }  # only a parent: valid, no more
        now = self._when(options)
        campaign = campaigns.load_notice(
            options["file"],
            by=self.by,
            now=now,
            why=options["why"],
            practice=options["practice"],
            draft=options["draft"],
        )
        return {
            "campaign": campaign.slug,
            "state": campaign.state,
            **loading.description(campaign.policy),
            "warnings": campaigns.gaps(campaign),
        }

    def _when(self, options: dict[str, Any]) -> datetime:
        """Real time; for a new practice campaign the given instant, else the first morning of its
        windows: practising a notice of another year would begin outside all of them."""
        if not options["practice"]:
            if options["now"]:
                raise Refused(_("Only a practice campaign has a clock that moves."))
            return self.now
        if options["now"]:
            return commands.instant(options["now"])
        policy = campaigns.read_notice(options["file"]).policy
        starts = [window.start for window in policy["windows"]]
        known = Campaign.objects.filter(slug=policy.slug, practice=True).first()
        if known is not None:
            return clock.now(known)
        return day_start(min(starts)) + timedelta(hours=8) if starts else self.now
