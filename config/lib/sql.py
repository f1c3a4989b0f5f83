"""SQL that stands whole in files: `<package>/sql/<name>.sql`, parameters as %(name)s."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def text(package: str, name: str) -> str:
    return (resources.files(package) / "sql" / f"{name}.sql").read_text("utf-8")


def run(cursor: Any, package: str, name: str, params: Mapping[str, Any] | None = None) -> int:
    """Run every statement of the file; answers the row count of the last one.

    A literal % must be doubled in the file: parameters are always passed.
    """
    cursor.execute(text(package, name), dict(params or {}))
    return cursor.rowcount
