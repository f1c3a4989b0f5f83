"""The notice's [[follow_up]]: reports, bulletins, reviews, inspections and when each is due."""

from dataclasses import dataclass

from enrollment.notice import Table
from reports.sections.schedule import PARTICIPANTS, Schedule, read_schedule

KINDS = (
    "report",
    "bulletin",
    "review",
    "inspection",
    "clean_up",
    "summary",
    "appraisal",
    "posting",
)


@dataclass(frozen=True, kw_only=True)
class FollowUp(Schedule):
    """Something that units owe, or that is done about them, in every period (R-116)."""

    key: str
    title: str
    kind: str
    participants: str = "all"
    to: str = ""
    contact: str = ""
    clause: str
    words: str
    assumed: str = ""


def read_follow_up(section: Table) -> tuple[FollowUp, ...]:
    rules: list[FollowUp] = []
    for table in section.keyed_tables("follow_up", []):
        rule = FollowUp(
            key=table.text("key"),
            title=table.text("title"),
            kind=table.choice("kind", KINDS),
            **read_schedule(table, irregular=True, hour_required=False),
            participants=table.choice("participants", PARTICIPANTS, "all"),
            to=table.text("to", ""),
            contact=table.text("contact", ""),
            clause=table.text("clause"),
            words=table.text("words"),
            assumed=table.text("assumed", ""),
        )
        rules.append(rule)
        table.done()
    return tuple(rules)
