"""Registrations, changes and ends out to the tax bureau. Source: docs/RULES.md R-386, R-387."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from config.lib import idnumber, siv, sql
from config.lib.layout import Layout, Money
from enrollment import files, ports
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Region, User
from enrollment.models.resident import Category
from payments.models import TaxExport
from payments.tax_out import pieces

JOB = "payments.tax_export"
LAYOUT = "tax-registrations"
FIELDS = (
    "no", "act", "what", "name", "kind", "number", "was_name", "was_kind", "was_number", "since",
    "until", "category", "mark", "amount", "on_behalf", "township", "village", "ended_on",
)  # fmt: skip
WRITING = gettext_noop("Writing the file")
ACTS = ("new", "changed", "ended")
LOCK = 390_020  # first half of the advisory lock; the second is the campaign
_COLUMNS = (
    "no", "act", "registration_id", "kind", "number", "name", "category", "hardship", "village_id",
    "own_fen", "on_behalf_fen", "ended_at", "was_kind", "was_number", "was_name", "was_category",
    "was_hardship", "was_village_id", "was_own_fen", "was_on_behalf_fen",
)  # fmt: skip
_AT_A_TIME = 2000


@dataclass(frozen=True)
class Waiting:
    """What the next export would hold. `nameless`: without a number, they wait for one."""

    new: int
    changed: int
    ended: int
    nameless: int

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.ended


def waiting(campaign: Campaign) -> Waiting:
    with connection.cursor() as cursor:
        sql.run(cursor, "payments", "tax_not_told", {"campaign_id": campaign.pk})
        return Waiting(*cursor.fetchone())


@transaction.atomic
def export_registrations(
    campaign: Campaign, *, why: str, by: User, now: datetime, progress: Any = None
) -> TaxExport:
    """Everything that the tax bureau was not told yet, as one sealed file. Numbers in clear leave
    the house: one act with its reason. One export of a campaign at a time.

    Errors: Refused without a reason, where nothing has changed, or for a layout that does not fit.
    """
    if len(why.strip()) < 2:
        raise Refused(_("Say what the file is for."))
    layout = pieces.layout_of(LAYOUT, FIELDS)
    with connection.cursor() as cursor:
        lock(cursor, campaign)
        sql.run(cursor, "payments", "tax_delta", {"campaign_id": campaign.pk})
        cursor.execute("select act, count(*) from tax_delta group by act")
        found = dict(cursor.fetchall())
        counts = {act: found.get(act, 0) for act in ACTS}
        count = sum(counts.values())
        if not count:
            raise Refused(_("The tax bureau has been told of everything; nothing has changed."))
        last = last_of(campaign, TaxExport.Kind.REGISTRATIONS)
        number = (last.number if last else 0) + 1
        rows = _rows(campaign, layout, _told(progress, count))
        file = pieces.seal(layout, rows, count, campaign=campaign, number=number, by=by, now=now)
        row = TaxExport.objects.create(
            campaign=campaign, kind=TaxExport.Kind.REGISTRATIONS, number=number, layout=LAYOUT,
            since=last.until if last else None, until=now, rows=count, counts=counts,
            why=why.strip()[:200], file=file, made_by=by,
        )  # fmt: skip
        sql.run(cursor, "payments", "tax_sent", {"campaign_id": campaign.pk, "export_id": row.pk})
        cursor.execute("drop table tax_delta")
    log(row, "make_tax_export", by=by, at=now, why=why)
    return row


def hand_out(row: TaxExport, *, why: str, by: User, at: datetime) -> Iterator[bytes]:
    """The same bytes again; handing them out is an act. `at` is real time.

    Errors: Refused without a reason, or where the copy was deleted.
    """
    if len(why.strip()) < 2:
        raise Refused(_("Say what the file is for."))
    found = files.clear_pieces(row.file)
    log(row, "take_out_tax_export", by=by, at=at, why=why)
    return found


def last_of(campaign: Campaign, kind: str) -> TaxExport | None:
    return TaxExport.objects.filter(campaign=campaign, kind=kind).order_by("-number").first()


def lock(cursor: Any, campaign: Campaign) -> None:
    """One export of a campaign at a time, until the transaction ends."""
    cursor.execute("select pg_advisory_xact_lock(%s, %s)", [LOCK, campaign.pk])


def log(row: TaxExport, action: str, *, by: User, at: datetime, why: str) -> None:
    """One act for all the numbers that the file carries."""
    AuditEntry.objects.create(
        at=at, by=by, action=action, campaign_id=row.campaign_id, object_kind="tax_export",
        object_id=row.pk, why=why.strip()[:300],
        facts={"kind": row.kind, "rows": row.rows, "fen": row.fen, "sha256": row.file.sha256},
    )  # fmt: skip


def in_chinese(names: Any) -> dict[str, str]:
    """Code → its Chinese name: whoever makes a file, the bytes are the same."""
    with override("zh-hans"):
        return {key: str(name) for key, name in dict(names).items()}


def _told(progress: Any, count: int) -> Any:
    return (lambda done: progress(WRITING, done, count)) if progress else lambda _n: None


def _rows(campaign: Campaign, layout: Layout, tell: Any) -> Iterator[dict[str, Any]]:
    words = {name: texts[0] for name, texts in layout.words.items()}
    kinds, categories = in_chinese(idnumber.KINDS), in_chinese(Category.choices)
    marks = ports.hardship_names(campaign.policy)
    places = places_of(campaign)
    since, until = campaign.coverage_from, campaign.coverage_until - timedelta(days=1)
    ring = siv.ring()
    with connection.chunked_cursor() as cursor:
        cursor.execute("select * from tax_delta order by no")
        for values in cursor:
            each = dict(zip(_COLUMNS, values, strict=True))
            if each["no"] % _AT_A_TIME == 0:
                tell(each["no"])
            new = each["act"] == "new"
            other_number = not new and (each["kind"], bytes(each["number"])) != (
                each["was_kind"], bytes(each["was_number"])
            )  # fmt: skip
            township, village = places.get(each["village_id"], ("", ""))
            yield {
                "no": each["no"],
                "act": words.get(each["act"], each["act"]),
                "what": "" if new else "、".join(_changed(each, other_number, words)),
                "name": each["name"],
                "kind": kinds.get(each["kind"], each["kind"]),
                "number": ring.unseal(each["number"]),
                "was_name": each["was_name"]
                if not new and each["was_name"] != each["name"]
                else "",
                "was_kind": kinds.get(each["was_kind"], "") if other_number else "",
                "was_number": ring.unseal(each["was_number"]) if other_number else "",
                "since": since,
                "until": until,
                "category": categories.get(each["category"], each["category"]),
                "mark": marks.get(each["hardship"], each["hardship"]),
                "amount": Money(each["own_fen"]),
                "on_behalf": Money(each["on_behalf_fen"]),
                "township": township,
                "village": village,
                "ended_on": localdate(each["ended_at"]) if each["ended_at"] else None,
            }


def _changed(each: dict[str, Any], other_number: bool, words: dict[str, str]) -> list[str]:
    facts = {
        "number": other_number,
        "name": each["name"] != each["was_name"],
        "category": each["category"] != each["was_category"],
        "mark": each["hardship"] != each["was_hardship"],
        "amount": (each["own_fen"], each["on_behalf_fen"])
        != (each["was_own_fen"], each["was_on_behalf_fen"]),
        "place": each["village_id"] != each["was_village_id"],
    }
    return [words.get(fact, fact) for fact, differs in facts.items() if differs]


def places_of(campaign: Campaign) -> dict[int, tuple[str, str]]:
    """Village id → (township, village), names as they stand now."""
    rows = Region.objects.within(campaign.region).select_related("parent")
    return {row.pk: (row.parent.name if row.parent else "", row.name) for row in rows}
