"""What the ground floor registers with its own doors."""

from enrollment import housekeeping, sections, ticks
from enrollment.notice import register_section
from enrollment.sections.benefit import read_benefit


def open_doors() -> None:
    sections.register_sections()
    register_section("benefit", read_benefit)
    ticks.every_tick(housekeeping.ask_once_a_day)
