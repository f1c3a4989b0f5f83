"""What other apps want done each time beat ticks: refresh roll-ups, freeze due rankings."""

import logging
from collections.abc import Callable
from datetime import datetime

log = logging.getLogger("canbao.ticks")
_wanted: list[Callable[[datetime], None]] = []


def every_tick(function: Callable[[datetime], None]) -> None:
    """`function(now)` with real time; it enqueues jobs, it does no long work itself."""
    _wanted.append(function)


def run_all(now: datetime) -> None:
    """One that fails does not keep the others from running; the fault is logged whole."""
    for function in _wanted:
        try:
            function(now)
        except Exception:
            log.exception("tick %s failed", function.__qualname__)
