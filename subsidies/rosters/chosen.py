"""How a roster is read where somebody has said how: its sheets, its header's line, its columns.

What is said of sheets and lines holds for one list (Roster.chosen), what is said of columns for
every list of its source with that header (ColumnChoice). What a list was read by is written down
with it, so that it is read again in the same way. Source: docs/RULES.md R-270 to R-272.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from config.lib.child import Child, ChildFailed
from config.lib.tabular import Chosen, FileFault
from enrollment import files
from enrollment.models import User
from subsidies.models import ColumnChoice, Roster
from subsidies.rosters import seen

MOST_SEEN = 200  # sheets and tables


def to_read(roster: Roster) -> Chosen:
    """How to read it now."""
    said = ColumnChoice.objects.filter(campaign=roster.file.campaign, source=roster.source)
    return _chosen(roster, said.values_list("headers", "columns"))


def as_read(roster: Roster) -> Chosen:
    """How it was read last."""
    return _chosen(roster, ((by["headers"], by["columns"]) for by in roster.chosen.get("by", ())))


def _chosen(roster: Roster, columns: Iterable[tuple[list[str], dict[str, int]]]) -> Chosen:
    return Chosen(
        sheets=roster.chosen.get("sheets", {}),
        lines=roster.chosen.get("lines", {}),
        columns={tuple(headers): means for headers, means in columns},
    )


def keep(
    *,
    roster: Roster,
    words: Sequence[str],
    columns: Mapping[str, int],
    by: User,
    now: datetime,
) -> ColumnChoice:
    """What the columns under a header mean, from now on, in lists of this source. Audited.

    `words`: the header as Seen has it.
    """
    choice, _new = ColumnChoice.objects.update_or_create(
        campaign=roster.file.campaign,
        source=roster.source,
        key=key_of(words),
        defaults={
            "headers": list(words),
            "columns": dict(columns),
            "said_by": by,
            "said_at": now,
        },
    )
    means = {name: words[at] if at < len(words) else "" for name, at in columns.items()}
    facts = {"source": roster.source, "columns": means}
    files.audit(roster.file, "match_roster_columns", by=by, now=now, facts=facts)
    return choice


def key_of(words: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(words), ensure_ascii=False).encode()).hexdigest()


def write_down(roster: Roster, found: list[seen.Seen], *, by: User, now: datetime) -> None:
    """What a list was read as, into the roster (not saved) and the notes of its file.

    A header that was found by a line which somebody named is kept with its columns: the next list
    of this source is read by it without being told.
    """
    kept: dict[str, ColumnChoice] = {
        choice.key: choice
        for choice in ColumnChoice.objects.filter(
            campaign=roster.file.campaign, source=roster.source
        ).select_related("said_by")
    }
    lines, used = roster.chosen.get("lines", {}), dict[str, ColumnChoice]()
    for table in found:
        if not table.read:
            continue
        key = key_of(table.words)
        if table.words and key not in kept and not table.below and table.sheet in lines:
            words, columns = table.words, table.columns
            kept[key] = keep(roster=roster, words=words, columns=columns, by=by, now=now)
        if key in kept:
            used[key] = kept[key]
    roster.seen = [table.as_json() for table in found[:MOST_SEEN]]
    roster.chosen = {
        **roster.chosen,
        "by": [
            {"choice": choice.pk, "headers": choice.headers, "columns": choice.columns}
            for choice in used.values()
        ],
    }
    notes = roster.file.facts.setdefault("notes", [])
    notes += dict.fromkeys(said(choice) for choice in used.values())


def said(choice: ColumnChoice) -> str:
    day = timezone.localdate(choice.said_at).isoformat()
    return _("columns as chosen on %(day)s by %(who)s") % {"day": day, "who": choice.said_by}


def look_at(roster: Roster, path: Path) -> list[dict[str, Any]]:
    """What a file begins with that was refused; nothing of one that cannot even be opened."""
    child = Child(partial(seen.look, path, to_read(roster)))
    try:
        for _block in child:
            pass
    except (FileFault, ChildFailed):  # told already: the list was refused for it
        return []
    found: list[dict[str, Any]] = child.result[:MOST_SEEN]
    return found
