"""What reports answers, hears of and reads for the ground floor."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from enrollment import ports
from enrollment.notice import register_section
from reports import sections


def unit_counts(campaign: Any, regions: Sequence[Any], now: datetime) -> list[ports.UnitCount]:
    raise NotImplementedError


def open_doors() -> None:
    register_section("rankings", sections.read_rankings)
    ports.answers("unit_counts", unit_counts)
