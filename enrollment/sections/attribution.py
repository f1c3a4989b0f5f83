"""[attribution]: to which unit a registration counts."""

from dataclasses import dataclass

from enrollment.facts import EVERYBODY, Condition, read_condition
from enrollment.notice import Table

UNITS = ("village", "household", "school")


@dataclass(frozen=True)
class AttributionRule:
    unit: str
    when: Condition = EVERYBODY
    clause: str = ""
    words: str = ""
    assumed: str = ""


@dataclass(frozen=True)
class Attribution:
    """`unit`: "village" is the person's own; for whomever no rule holds."""

    unit: str
    clause: str
    words: str
    assumed: str = ""
    rules: tuple[AttributionRule, ...] = ()


def read_attribution(section: Table) -> Attribution | None:
    table = section.table("attribution", None)
    if table is None:
        return None
    rules = []
    for row in table.tables("rules", []):
        rules.append(
            AttributionRule(
                unit=row.choice("unit", UNITS),
                when=read_condition(row),
                clause=row.text("clause", ""),
                words=row.text("words", ""),
                assumed=row.text("assumed", ""),
            )
        )
        row.done()
    attribution = Attribution(
        unit=table.choice("unit", UNITS),
        clause=table.text("clause", ""),
        words=table.text("words", ""),
        assumed=table.text("assumed", ""),
        rules=tuple(rules),
    )
    table.done()
    return attribution
