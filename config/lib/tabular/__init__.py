"""Tables in files: CSV (UTF-8, GB18030), XLSX and XLS, columns found by header name.

    table = open_table(path, {"name": ("姓名",), "number": ("证件号码", "身份证号")}, ("number",))
    for line, cells in table.rows():
        number = cells[table.columns["number"]]

Titles above the header and total rows below it are recognised and not counted as rows. `synonyms`
are field → header words that mean it, as config.lib.tabular.header makes them plain (half-width,
without blanks, stars and colons); the first is the one named in messages.
"""

from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from config.lib.tabular import textfile, workbook
from config.lib.tabular.cells import cell_text
from config.lib.tabular.chosen import Chosen
from config.lib.tabular.faults import Fault, FileFault, refuse
from config.lib.tabular.header import Synonyms
from config.lib.tabular.loose import Loose, LooseTable
from config.lib.tabular.table import Glance, Row, Table
from config.lib.tabular.textfile import Stretch, stretches

__all__ = [
    "Chosen",
    "Fault",
    "FileFault",
    "Glance",
    "Loose",
    "LooseTable",
    "Row",
    "Stretch",
    "Table",
    "cell_text",
    "glance",
    "open_loose",
    "open_table",
    "open_tables",
    "refuse",
    "stretches",
]

# What other files begin with that arrive under a table's name.
_OTHERS = (
    b"%PDF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"\xff\xd8",
    b"\x89PNG",
    b"GIF8",
    b"{\\rtf",
)
_PAGES = (b"<", b"MIME-Version:")


def open_table(
    path: Path, synonyms: Synonyms, required: Sequence[str], stretch: Stretch | None = None
) -> Table:
    """The one table of a file; of a text file only the rows of a stretch, if one is given.

    Errors: FileFault, also where several sheets hold such a table: none may be passed over.
    """
    tables = open_tables(path, synonyms, required, stretch)
    if len(tables) > 1:
        names = "、".join(table.sheet for table in tables)
        raise refuse(
            _("Several sheets hold such a table: %(names)s. Send each as a file of its own.")
            % {"names": names}
        )
    return tables[0]


def open_tables(
    path: Path, synonyms: Synonyms, required: Sequence[str], stretch: Stretch | None = None
) -> list[Table]:
    """The tables of a file, one for each visible sheet with the required columns; at least one.

    Errors: FileFault.
    """
    if _is_workbook(path):
        return workbook.read(path, synonyms, required)
    return [textfile.read(path, synonyms, required, stretch)]


def open_loose(
    path: Path, synonyms: Synonyms, required: Sequence[str], loose: Loose
) -> list[LooseTable]:
    """The same for lists kept by hand (config.lib.tabular.loose)."""
    if _is_workbook(path):
        return workbook.read_loose(path, synonyms, required, loose)
    return [textfile.read_loose(path, synonyms, required, loose)]


def glance(path: Path, chosen: Chosen) -> list[Glance]:
    """What each sheet begins with, hidden ones too; of a text file, the file. Errors: FileFault."""
    return workbook.glance(path, chosen) if _is_workbook(path) else [textfile.glance(path, chosen)]


def _is_workbook(path: Path) -> bool:
    """By what the file begins with, whatever it is called. Errors: FileFault for other files."""
    with path.open("rb") as file:
        head = file.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head:
        raise refuse(_("The file is empty."))
    if head.startswith((workbook.ZIP, workbook.OLE)):
        return True
    if head.startswith(_OTHERS):
        raise refuse(_("This is not a table; send CSV, XLSX or XLS."))
    if head.startswith(_PAGES):
        raise refuse(
            _("This is a web page under another name: open it in Excel and save it as XLSX.")
        )
    return False
