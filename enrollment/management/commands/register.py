"""manage.py register CAMPAIGN [FILE]"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.db import transaction

from enrollment import bulk, commands, files
from enrollment.models import SourceFile


class Command(commands.Command):
    help = "Registers people in bulk; without a file it renews all who were enrolled last year."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, metavar="FILE", nargs="?", help="CSV, XLSX or XLS; default: renewal"
        )

    @transaction.atomic
    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        path: Path | None = options["file"]
        act = {
            "by": self.by,
            "now": self.now,
            "progress": bulk.spoken(self.say),
            "why": options["why"],
        }
        if path is None:
            return bulk.renew(self.campaign, **act)
        kind = SourceFile.Kind.REGISTRATIONS
        file = files.take_in(self.campaign, kind, path.name, path, self.by, self.now)
        return bulk.register_file(file, path, **act)
