"""What the ground floor registers with its own doors."""

from enrollment import sections


def open_doors() -> None:
    sections.register_sections()
