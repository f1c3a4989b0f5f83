"""What lists and receipts said of one person, and what was decided by them: which list, which row,
which clause."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enrollment import ports
from enrollment.models import Campaign, Resident
from reports.people.event import Event, name_of
from subsidies.models import (
    ElsewhereProof,
    Entitlement,
    ListDecision,
    Listing,
    Repricing,
    Roster,
)
from subsidies.rosters.words import LIST_NAMES


def marked(campaign: Campaign, resident: Resident) -> Iterator[Event]:
    """Each mark with the list that brought it, and the one that ended it."""
    rows = list(
        Entitlement.objects.filter(campaign=campaign, resident=resident).select_related("marked_by")
    )
    rosters = _rosters({row.file_id for row in rows} | {row.ended_by_file_id for row in rows})
    for row in rows:
        name = _called(campaign, row.category)
        name += f"（{row.grade}）" if row.grade else ""
        yield Event(
            at=row.known_at,
            shape="here",
            tone="ink2",
            what=_("Listed as “%(name)s”") % {"name": name},
            text=_("%(source)s; recognised %(day)s")
            % {"source": row.source, "day": row.recognised_on},
            who=name_of(row.marked_by),
            file_id=row.file_id,
            roster_id=rosters.get(row.file_id or 0),
        )
        if row.ended_at:
            yield Event(
                at=row.ended_at,
                shape="dash",
                tone="ink2",
                what=_("No longer listed as “%(name)s”") % {"name": name},
                text=row.ended_why,
                file_id=row.ended_by_file_id,
                roster_id=rosters.get(row.ended_by_file_id or 0),
            )


def listed(campaign: Campaign, resident: Resident) -> Iterator[Event]:
    """Lists that grant nothing: which says what, and what was decided of it."""
    found = Listing.objects.filter(campaign=campaign, resident=resident)
    rows = list(found.select_related("marked_by"))
    rosters = _rosters({row.file_id for row in rows})
    for row in rows:
        name = str(LIST_NAMES[row.kind])
        yield Event(
            at=row.known_at,
            shape="here",
            tone="ink2",
            what=_("A list says: %(name)s") % {"name": name},
            text=_("%(source)s; since %(day)s") % {"source": row.source, "day": row.since},
            who=name_of(row.marked_by),
            file_id=row.file_id,
            roster_id=rosters.get(row.file_id or 0),
        )
        if row.ended_at:
            yield Event(
                at=row.ended_at,
                shape="dash",
                tone="ink2",
                what=_("No list says any more: %(name)s") % {"name": name},
                text=row.ended_why,
            )
    decisions = ListDecision.objects.filter(campaign=campaign, listing__resident=resident)
    for said in decisions.select_related("by", "listing"):
        told = [str(LIST_NAMES[said.listing.kind]), said.why]
        told.append(_("withdrawn") if said.withdrawn_at else "")
        yield Event(
            at=said.at,
            shape="diamond",
            tone="dian",
            what=said.get_decision_display(),
            text="　".join(filter(None, told)),
            fen=said.fen or None,
            fen_word=_("goes back") if said.fen else "",
            who=name_of(said.by),
            is_decision=True,
            quoted=(ports.Reason(said.clause, said.words),) if said.words else (),
        )


def repriced(campaign: Campaign, resident: Resident) -> Iterator[Event]:
    """What changed marks came to after the person was registered or a receipt approved."""
    rows = list(
        Repricing.objects.filter(campaign=campaign, resident=resident).select_related("by", "file")
    )
    rosters = _rosters({row.file_id for row in rows})
    sources = _sources(campaign, resident) if rows else {}
    for row in rows:
        owed = row.outcome == Repricing.Outcome.OWED  # why says more than that it is
        said = {"outcome": row.get_kind_display() if owed else row.get_outcome_display()}
        if row.proof_id:
            what = _("Subsidy of the payment elsewhere: %(outcome)s") % said
        else:
            what = _("Subsidy judged again: %(outcome)s") % said
        told = [_called(campaign, row.hardship), _change(campaign, row)]
        told += [sources.get((row.hardship, row.file_id)) or (row.file.name if row.file else "")]
        told += [_("withdrawn") if row.withdrawn_at else ""]
        changes = row.fen or row.outcome == Repricing.Outcome.UPDATED
        yield Event(
            at=row.at,
            shape="diamond",
            tone="dian" if changes else "ink2",
            what=what,
            text="　".join(filter(None, told)),
            fen=row.fen or None,
            fen_word=_("granted") if row.fen else "",
            who=name_of(row.by),
            file_id=row.file_id,
            roster_id=rosters.get(row.file_id or 0),
            proof_id=row.proof_id,
            is_decision=True,
            quoted=(ports.Reason(row.clause, row.words),) if row.words else (),
        )


def proved_elsewhere(campaign: Campaign, resident: Resident) -> Iterator[Event]:
    """Receipts of another place: entered, decided on, withdrawn."""
    rows = ElsewhereProof.objects.filter(campaign=campaign, resident=resident)
    for row in rows.select_related("entered_by", "decided_by", "withdrawn_by"):
        paid = [row.place, f"{row.paid_on:%Y-%m-%d}", row.channel]
        refused = row.state == ElsewhereProof.State.REFUSED
        decided = _("Proof refused") if refused else _("Proof approved")
        told = [
            (row.entered_at, row.entered_by, _("Proof of payment elsewhere entered"), "ring",
             "　".join(paid), row.fen),
            (row.decided_at, row.decided_by, decided, "cross" if refused else "ok",
             row.decided_why, None),
            (row.withdrawn_at, row.withdrawn_by, _("Proof withdrawn"), "cross",
             row.withdrawn_why, None),
        ]  # fmt: skip
        for at, by, what, shape, text, fen in told:
            if at:
                yield Event(
                    at=at, shape=shape, tone="ink2", what=what, text=text, fen=fen,
                    who=name_of(by), proof_id=row.pk,
                )  # fmt: skip


def _change(campaign: Campaign, row: Repricing) -> str:
    """From which category to which, where it is another."""
    if row.was == row.hardship or not row.was:
        return ""
    return pgettext("category", "before: %(was)s") % {"was": _called(campaign, row.was)}


def _called(campaign: Campaign, key: str) -> str:
    rule = campaign.policy["subsidies"].of(key)
    return rule.name if rule else key


def _rosters(files: set[int | None]) -> dict[int, int]:
    """File → roster."""
    rows = Roster.objects.filter(file_id__in=[pk for pk in files if pk])
    return dict(rows.values_list("file_id", "pk"))


def _sources(campaign: Campaign, resident: Resident) -> dict[tuple[str, int | None], str]:
    """Category and file → which list and row, in words."""
    rows = Entitlement.objects.filter(campaign=campaign, resident=resident).order_by("pk")
    return {(row.category, row.file_id): row.source for row in rows}
