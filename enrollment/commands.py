"""The shape of every command: --json, --by, --why, --now; refusals end with exit status 1."""

import json
import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from config.lib.dates import to_instant
from enrollment import changes, clock
from enrollment.errors import Refused
from enrollment.models import Campaign, User
from enrollment.services.campaigns import move_clock

LONGEST_WHY = 200  # as versions and the audit trail keep it


class Command(BaseCommand):
    """A command is `carry_out(options) -> dict` and, where it takes a campaign, `takes_campaign`.

    What it returns is printed, as JSON with --json. Changes are consumed before it returns, so
    matches and roll-ups are current without worker or beat.
    """

    takes_campaign = True
    takes_now = False  # a command without CAMPAIGN that still reads a practice clock
    writes = True
    campaign: Campaign
    by: User
    now: datetime

    def add_arguments(self, parser: ArgumentParser) -> None:
        if self.takes_campaign:
            parser.add_argument("campaign", metavar="CAMPAIGN", help="slug, e.g. of load_notice")
        self.arguments(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object as last line")
        if self.writes:
            parser.add_argument("--by", metavar="USER", help="acting user (default: system)")
            parser.add_argument("--why", metavar="TEXT", default="", help="reason, for the record")
        if self.takes_now or self.takes_campaign:
            parser.add_argument("--now", metavar="T", help="practice campaigns: move the clock")

    def arguments(self, parser: ArgumentParser) -> None:
        """The command's own arguments."""

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if len(options.get("why") or "") > LONGEST_WHY:
                said = _("--why: a reason of at most %(n)s characters")
                raise CommandError(said % {"n": LONGEST_WHY}, returncode=2)
            self.by = self._user(options.get("by"))
            self.now = timezone.now()
            if self.takes_campaign:
                self.campaign = self._campaign(options["campaign"])
                if options["now"]:
                    move_clock(self.campaign, to=instant(options["now"]), by=self.by)
                    self.campaign.refresh_from_db()
                self.now = clock.now(self.campaign)
            result = self.carry_out(options)
            if self.writes:
                changes.consume()
            result = self.after(result)
        except Refused as refusal:
            for message in refusal.messages:
                self.stderr.write(message)
            sys.exit(1)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False, default=str))
        else:
            for key, value in result.items():
                self.stdout.write(f"{key}: {json.dumps(value, ensure_ascii=False, default=str)}")
        if result.get("ok") is False:
            sys.exit(1)

    def after(self, result: dict[str, Any]) -> dict[str, Any]:
        """What can only be counted once changes are consumed."""
        return result

    def say(self, text: str) -> None:
        """Progress, on stderr."""
        self.stderr.write(text)

    def _user(self, username: str | None) -> User:
        if username is None:
            return User.system()
        user = User.objects.filter(username=username).first()
        if user is None:
            raise Refused(_("There is no user %(name)s.") % {"name": username})
        return user

    def _campaign(self, slug: str) -> Campaign:
        campaign = Campaign.objects.select_related("region").filter(slug=slug).first()
        if campaign is None:
            slugs = ", ".join(Campaign.objects.values_list("slug", flat=True)) or "–"
            raise Refused(
                _("There is no campaign %(slug)s; there are: %(slugs)s.")
                % {"slug": slug, "slugs": slugs}
            )
        return campaign


def instant(text: str) -> datetime:
    """An instant from the command line; a bare date counts from 00:00, no zone is China's.

    Errors: CommandError with exit status 2 (wrong usage).
    """
    value = to_instant(text)
    if value is None:
        said = _("expected a date or a time such as 2022-10-15 17:00, not “%(value)s”")
        raise CommandError(said % {"value": text}, returncode=2)
    if not isinstance(value, datetime):
        from enrollment.facts import day_start

        return day_start(value)
    return value
