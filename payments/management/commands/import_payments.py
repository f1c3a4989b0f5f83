"""manage.py import_payments CAMPAIGN FILE"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.db import transaction

from enrollment import commands, files
from enrollment.models import SourceFile
from payments import services


class Command(commands.Command):
    help = "Takes in a payment detail file and reconciles what it touches."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV, XLSX or XLS")

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        path: Path = options["file"]
        with transaction.atomic():
            file = files.take_in(
                self.campaign, SourceFile.Kind.PAYMENTS, path.name, path, self.by, self.now
            )
            return services.import_payments(
                file, path, by=self.by, now=self.now, progress=self.progress
            )

    def progress(self, stage: str, done: int = 0, total: int = 0) -> None:
        """On stderr, one line for each stage."""
        if stage != getattr(self, "_stage", None):
            self._stage = stage
            self.say(stage)
