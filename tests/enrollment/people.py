"""Files about made-up people of the small county, for tests."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from config.lib.idnumber import check_digit
from enrollment.models import Region

COLUMNS = (
    "乡镇", "村", "组", "户编号", "户主姓名", "与户主关系", "姓名", "证件类型", "证件号码",
    "联系电话", "人员类别", "上年参保",
)  # fmt: skip
PLAIN = {"乡镇": "城北镇", "村": "东湖村", "人员类别": "1501", "上年参保": "否"}


def number(born: str, order: int) -> str:
    """A valid number: birth as YYYYMMDD; an odd order is a man's."""
    first = f"411328{born}{order:03d}"
    return first + check_digit(first)


def write(path: Path, rows: Iterable[Mapping[str, str]], encoding: str = "utf-8-sig") -> Path:
    """Rows as a CSV; what a row leaves out is taken from PLAIN, else empty."""
    rows = [dict(row) for row in rows]
    columns = [*COLUMNS, *({name for row in rows for name in row} - set(COLUMNS))]
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(PLAIN | row for row in rows)
    return path


def make_school(above: Region, key: str, name: str) -> Region:
    """A school below a township or a county, of a village's level."""
    school = Region.objects.create(
        key=key, name=name, level="village", kind="school", parent=above, path=f"/{key}/"
    )
    school.path = f"{above.path}{school.pk}/"
    school.save()
    return school
