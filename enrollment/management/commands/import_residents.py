"""manage.py import_residents CAMPAIGN FILE"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.db import transaction

from enrollment import bulk, commands, files
from enrollment.models import SourceFile


class Command(commands.Command):
    help = "Takes in the household register, and who was enrolled last year."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV, XLSX or XLS")

    @transaction.atomic
    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        path: Path = options["file"]
        kind = SourceFile.Kind.RESIDENTS
        file = files.take_in(self.campaign, kind, path.name, path, self.by, self.now)
        return bulk.import_residents(
            file,
            path,
            by=self.by,
            now=self.now,
            progress=bulk.spoken(self.say),
            why=options["why"],
        )
