"""manage.py seed_demo [--once]"""

from argparse import ArgumentParser
from typing import Any

from enrollment import commands
from reports import demo


class Command(commands.Command):
    help = "Makes the practice campaign with made-up people that `make run` shows."
    takes_campaign = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do nothing where it exists")

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        if options["once"] and demo.exists():
            return {"campaign": demo.NOTICE.stem, "seeded": False}
        return {"seeded": True, **demo.seed(self.say)}
