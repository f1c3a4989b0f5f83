"""Rosters of made-up people, as departments write them."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook


def write(path: Path, rows: Iterable[Mapping[str, object]], title: str = "") -> Path:
    """Rows as CSV (GB18030, as Excel in China writes it), under a title."""
    rows = [dict(row) for row in rows]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="gb18030", newline="") as file:
        out = csv.writer(file)
        if title:
            out.writerow([title])
        out.writerow(columns)
        out.writerows([row.get(name, "") for name in columns] for row in rows)
    return path


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """A workbook: sheet → its rows, titles and headers among them."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path
