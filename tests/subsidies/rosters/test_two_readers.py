"""A large roster is read by two processes at once: the same rows as by one, none twice."""

from datetime import date
from functools import partial

import pytest

from config.lib.child import Child
from config.lib.tabular import FileFault, refuse
from subsidies.rosters import reading
from tests.subsidies.rosters.lists import workbook, write

ROWS = 1_830  # not a whole number of blocks


@pytest.fixture(params=["csv", "xlsx"])
def rows_of(request, tmp_path):
    """rows_of(bytes from which a file is large) → its rows of COPY text, and what it was."""
    rows = [{"姓名": f"张{n}", "证件号码": f"{n:018d}", "类别": "低保"} for n in range(ROWS)]
    rows.append({"姓名": "合计", "证件号码": "", "类别": ROWS})
    path = tmp_path / f"名单.{request.param}"
    if request.param == "csv":
        write(path, rows)
    else:
        workbook(path, {"名单": [list(rows[0]), *(list(row.values()) for row in rows)]})

    def rows_of(monkeypatch, large):
        monkeypatch.setattr(reading, "LARGE", large)
        read = partial(reading.read_roster, path, path.name, {}, "", today=date(2022, 10, 1))
        child = Child(read)
        blocks = b"".join(child).decode().splitlines()
        return sorted(line.split("\t") for line in blocks), child.result

    return rows_of


def test_two_processes_read_the_same_as_one(monkeypatch, rows_of):
    alone, of_one = rows_of(monkeypatch, 1 << 30)
    together, of_two = rows_of(monkeypatch, 0)
    assert together == alone
    assert len({row[0] for row in together}) == ROWS == of_two.read
    assert of_two.facts == of_one.facts
    assert of_two.seen == of_one.seen


def test_what_goes_wrong_in_the_second_process_is_told(monkeypatch, rows_of):
    judge = reading._Rows._row

    def wrong_in_the_second(self, line, cells):
        if self._share.turn == 1:
            raise refuse("said by the second")
        return judge(self, line, cells)

    monkeypatch.setattr(reading._Rows, "_row", wrong_in_the_second)
    with pytest.raises(FileFault, match="said by the second"):
        rows_of(monkeypatch, 0)
