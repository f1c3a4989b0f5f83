"""manage.py load_notice FILE.toml [--practice] [--draft] [--check]"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from enrollment import commands, loading
from enrollment.services import campaigns


class Command(commands.Command):
    help = "Validates a notice file whole, and opens or updates its campaign with its regions."
    takes_campaign = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.toml")
        parser.add_argument("--practice", action="store_true", help="a campaign with its own clock")
        parser.add_argument("--draft", action="store_true", help="load, do not open")
        parser.add_argument("--check", action="store_true", help="only validate; changes nothing")

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        if options["check"]:
            _text, policy = campaigns.read_notice(options["file"])
            return {"campaign": policy.slug, **loading.description(policy), "warnings": []}
        now = commands.instant(options["now"]) if options["now"] else self.now
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
