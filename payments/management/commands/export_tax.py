"""manage.py export_tax CAMPAIGN FOLDER"""

import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enrollment import commands
from enrollment.errors import Refused
from payments.models import TaxExport
from payments.refund_requests import lists
from payments.tax_out import export


class Command(commands.Command):
    help = (
        "Writes the next file for the tax bureau: what differs from what it was told last, or the"
        " refunds it is to carry out. Numbers leave the house in full: --why says what for."
    )

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the file goes")
        parser.add_argument(
            "--refunds", action="store_true", help="the refunds to carry out, not registrations"
        )
        parser.add_argument(
            "--number", type=int, metavar="N", help="write export N once more, byte for byte"
        )

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        folder, why = options["folder"], options["why"] or ""
        if not folder.is_dir():
            raise Refused(_("There is no folder %(name)s.") % {"name": folder})
        if len(why.strip()) < 2:
            raise Refused(_("Say with --why what the file is for: it carries numbers in full."))
        kinds = TaxExport.Kind
        kind = kinds.REFUNDS if options["refunds"] else kinds.REGISTRATIONS
        with transaction.atomic():  # not written: not made, and nobody was told
            again = options["number"] is not None
            row = self._of(kind, options["number"]) if again else self._make(kind, why)
            path = folder / row.file.name
            written = self._write(row, path, why)
        return {
            "export": row.number,
            "kind": row.kind,
            "rows": row.rows,
            "fen": row.fen,
            "counts": row.counts,
            "again": again,
            "written": written,
            "file": str(path),
            "sha256": row.file.sha256,
        }

    def _make(self, kind: str, why: str) -> TaxExport:
        if kind == TaxExport.Kind.REFUNDS:
            return lists.export_refunds(self.campaign, why=why, by=self.by, now=self.now)
        return export.export_registrations(
            self.campaign, why=why, by=self.by, now=self.now, progress=self._progress
        )

    def _of(self, kind: str, number: int) -> TaxExport:
        rows = TaxExport.objects.filter(campaign=self.campaign, kind=kind).select_related("file")
        row = rows.filter(number=number).first()
        if row is None:
            last = export.last_of(self.campaign, kind)
            raise Refused(
                _("There is no export %(number)s of this kind; the last is %(last)s.")
                % {"number": number, "last": last.number if last else 0}
            )
        return row

    def _write(self, row: TaxExport, path: Path, why: str) -> bool:
        """Whole or not at all, readable for its owner alone; never over another file. False: the
        same bytes lie there already."""
        pieces = export.hand_out(row, why=why, by=self.by, at=timezone.now())
        try:
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".export-") as new:
                for piece in pieces:
                    new.write(piece)
                new.flush()
                os.fsync(new.fileno())
                if path.exists():
                    if _same(Path(new.name), path):
                        return False
                    raise Refused(
                        _("%(name)s is there with other content; nothing was written.")
                        % {"name": path}
                    )
                os.link(new.name, path)
        except OSError as error:
            raise Refused(
                _("%(name)s cannot be written: %(why)s") % {"name": path, "why": error.strerror}
            ) from None
        return True

    def _progress(self, stage: str, done: int = 0, total: int = 0) -> None:
        self.say(f"{stage} {done}/{total}" if total else stage)


def _same(one: Path, other: Path) -> bool:
    with one.open("rb") as a, other.open("rb") as b:
        while (piece := a.read(1 << 20)) == b.read(1 << 20):
            if not piece:
                return True
    return False
