"""What payments answers, hears of and reads for the ground floor."""

from enrollment import ports
from enrollment.notice import register_section
from payments import queries, sections


def open_doors() -> None:
    register_section("payments", sections.read_payments)
    ports.answers("paid_states", queries.paid_states)
    ports.answers("payments_of", queries.payments_of)
