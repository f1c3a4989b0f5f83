"""What somebody said of a file by hand: which sheets, which line is the header, what columns mean.

    said = Chosen(lines={"名单": 3}, columns={("甲", "乙"): {"name": 0, "number": 1}})
    open_loose(path, synonyms, required, Loose(chosen=said))

Columns are said of a header, not of a file: wherever that very header stands, they go before what
its words mean, and it is found by them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from config.lib.tabular import header
from config.lib.tabular.header import HEADER_WITHIN, Header, Synonyms
from config.lib.tabular.table import Row


@dataclass(frozen=True)
class Chosen:
    sheets: Mapping[str, bool] = field(default_factory=dict)  # name → whether to read it
    lines: Mapping[str, int] = field(default_factory=dict)  # name → line in which its header ends
    # header, as `header.spelled` gives it → field → index
    columns: Mapping[tuple[str, ...], Mapping[str, int]] = field(default_factory=dict)

    def reads(self, sheet: str, *, hidden: bool) -> bool:
        return self.sheets.get(sheet, not hidden)

    def first_rows(self, sheet: str, above: int = 0) -> int:
        """How many rows hold the header: `above` are blank ones before the first."""
        return max(above + HEADER_WITHIN, self.lines.get(sheet, 0) + 1)

    def find(
        self, sheet: str, rows: Sequence[Row], synonyms: Synonyms, required: Sequence[str]
    ) -> Header:
        """Errors: FileFault, as header.find."""
        line = self.lines.get(sheet)
        known = header.known(rows, self.columns, line)
        return known or header.find(rows, synonyms, required, line)

    def guess(
        self, sheet: str, rows: Sequence[Row], synonyms: Synonyms, required: Sequence[str]
    ) -> Header | None:
        """The same for a sheet whose required columns nobody has found yet."""
        line = self.lines.get(sheet)
        known = header.known(rows, self.columns, line)
        return known or header.guess(rows, synonyms, required, line)
