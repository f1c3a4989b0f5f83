"""What somebody said of a roster's places and rows, as the judging heeds it; and what is left."""

from typing import Any

from config.lib import sql
from subsidies.models import Roster, SourcePlace

APP = "subsidies"
FACT = "unknown_places"  # key in SourceFile.facts: [[township, village, of the township, rows], …]


def stage_said(cursor: Any, roster: Roster) -> None:
    """Into people_places: what was said of the source's places. Source: docs/RULES.md R-275."""
    values = {"campaign_id": roster.file.campaign_id, "source": roster.source}
    sql.run(cursor, APP, "roster_said_places", values)


def note_unknown(cursor: Any, roster: Roster) -> None:
    """The places that are left, with their rows, among the file's facts."""
    found: list[list[Any]] = []
    cursor.execute("select exists (select from people_places where problem is not null)")
    if cursor.fetchone()[0]:
        sql.run(cursor, APP, "roster_unknown_places")
        found = [list(row) for row in cursor.fetchall()]
    roster.file.facts = {**roster.file.facts, FACT: found}


def heed_left_out(cursor: Any) -> None:
    """Rows left out by hand are told as that alone. Source: docs/RULES.md R-276."""
    cursor.execute("select exists (select from roster_staged where left_out)")
    if cursor.fetchone()[0]:
        sql.run(cursor, APP, "roster_left_out")


def said_of(roster: Roster) -> Any:
    rows = SourcePlace.objects.filter(campaign=roster.file.campaign, source=roster.source)
    return rows.select_related("region__parent", "said_by").order_by("township", "village")
