"""What the ground floor registers with its own doors."""

from enrollment import housekeeping, sections, ticks


def open_doors() -> None:
    sections.register_sections()
    ticks.every_tick(housekeeping.ask_once_a_day)
