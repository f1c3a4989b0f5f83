"""What is asked of payments once they are in, each against the same run's floor.

bench.payments calls this after each import: the same file with one byte changed, all standings
derived again, the books. The tables stay as they are for bench.open_payments.
"""

import time
from pathlib import Path
from typing import Any


def measure(campaign: Any, path: Path) -> dict[str, dict[str, float]]:
    """Seconds of each, by its steps; "one byte" last, because it leaves its lines behind."""
    return {
        "reconcile": {"all standings derived again": reconcile(campaign)},
        "books": books(campaign),
        "one byte": {"file of which one byte changed": one_byte(campaign, path)},
    }


def reconcile(campaign: Any) -> float:
    from django.utils import timezone

    from enrollment.models import User
    from payments import services

    began = time.perf_counter()
    services.reconcile(campaign, by=User.system(), now=timezone.now())
    return time.perf_counter() - began


def books(campaign: Any) -> dict[str, float]:
    """Seconds of each invariant. A breach stops the measure: broken books are no result."""
    from payments import books

    seconds: dict[str, float] = {}
    check = books._check

    def timed(number: int, *arguments: Any) -> Any:
        began = time.perf_counter()
        found = check(number, *arguments)
        seconds[f"check {number}"] = time.perf_counter() - began
        return found

    books._check = timed
    began = time.perf_counter()
    try:
        broken = [found for found in books.checks(campaign) if not found.ok]
    finally:
        books._check = check
    seconds["what is doubtful"] = time.perf_counter() - began - sum(seconds.values())
    if broken:
        raise SystemExit("; ".join(f"{found.name}: {found.rows[:3]}" for found in broken))
    return seconds


def one_byte(campaign: Any, path: Path) -> float:
    """One amount differs, so its line contradicts what we hold; every other is known."""
    from django.db import transaction
    from django.utils import timezone

    from enrollment import files
    from enrollment.models import SourceFile, User
    from payments import services

    changed = path.with_suffix(".changed.csv")
    data = bytearray(path.read_bytes())
    data[data.rindex(b",350.00,350.00,") + len(",350.00,")] = ord("4")
    changed.write_bytes(data)
    by, now = User.system(), timezone.now()
    began = time.perf_counter()
    with transaction.atomic():
        file = files.take_in(campaign, SourceFile.Kind.PAYMENTS, changed.name, changed, by, now)
        result = services.import_payments(file, changed, by=by, now=now)
    seconds = time.perf_counter() - began
    changed.unlink()
    if (result["new"], result["conflict"]) != (0, 1):
        raise SystemExit(f"the changed file was not recognised: {result}")
    return seconds
