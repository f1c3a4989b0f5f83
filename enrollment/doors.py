"""What the ground floor registers with its own doors."""

from enrollment import benefits, housekeeping, sections, ticks
from enrollment.notice import register_section


def open_doors() -> None:
    sections.register_sections()
    register_section("benefit", benefits.read_benefit)
    ticks.every_tick(housekeeping.ask_once_a_day)
