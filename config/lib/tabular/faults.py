"""What is wrong with a file as a whole, said with line and column."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file, and where; line 0 is the file as a whole."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        where = [_("line %(n)s") % {"n": self.line}] if self.line else []
        where += [_("column “%(name)s”") % {"name": self.column}] if self.column else []
        return f"{', '.join(where)}: {self.message}" if where else self.message


class FileFault(Exception):
    """The file cannot be taken in at all."""

    def __init__(self, *faults: Fault):
        self.faults = faults
        super().__init__("; ".join(map(str, faults)))

    def __reduce__(self) -> Any:  # crosses the border of a child process
        return (FileFault, self.faults)


def refuse(message: str, line: int = 0, column: str = "") -> FileFault:
    return FileFault(Fault(line, column, str(message)))
