"""manage.py import_payments CAMPAIGN FILE"""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.lib.money import to_fen
from enrollment import commands, files
from enrollment.errors import Refused
from enrollment.models import SourceFile
from payments import acceptance, posting, services


class Command(commands.Command):
    help = "Takes in a payment detail file and reconciles what it touches."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV, XLSX or XLS")
        parser.add_argument("--rows", type=int, metavar="N", help="how many rows the file has")
        parser.add_argument("--yuan", type=_fen, metavar="SUM", help="what they sum to, in yuan")
        parser.add_argument(
            "--accepted-by", metavar="USER", help="second person, where the notice asks for one"
        )

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        path: Path = options["file"]
        accepted_by = self._user(options["accepted_by"]) if options["accepted_by"] else None
        if acceptance.is_wanted(self.campaign) and accepted_by is None:
            raise Refused(
                [
                    _(
                        "The notice asks for a second person: name whoever accepts the file with"
                        " --accepted-by USER."
                    )
                ]
            )
        with transaction.atomic():
            file = files.take_in(
                self.campaign, SourceFile.Kind.PAYMENTS, path.name, path, self.by, self.now
            )
            posting.declare(file, rows=options["rows"], fen=options["yuan"])
            return services.import_payments(
                file,
                path,
                by=self.by,
                now=self.now,
                accepted_by=accepted_by,
                progress=self.progress,
            )

    def progress(self, stage: str, done: int = 0, total: int = 0) -> None:
        """On stderr, one line for each stage."""
        if stage != getattr(self, "_stage", None):
            self._stage = stage
            self.say(stage)


def _fen(text: str) -> int:
    fen = to_fen(text)
    if fen is None:
        raise ArgumentTypeError(f"{text!r} is no sum in yuan")
    return fen
