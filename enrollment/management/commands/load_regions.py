"""manage.py load_regions FILE.csv"""

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from enrollment import commands
from enrollment.services.regions import load_regions


class Command(commands.Command):
    help = "Adds or renames regions from a CSV file (columns: docs of services/regions.py)."
    takes_campaign = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        return asdict(load_regions(options["file"]))
