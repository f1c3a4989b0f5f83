"""A payment file is undone as a whole: its lines go, or to another file that reports them too."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from config.lib import sql
from enrollment import changes, files
from enrollment.errors import Refused
from enrollment.models import Campaign, SourceFile, SourceProblem, User
from payments import bulk, rules
from payments.models import Correction, Payment, RepeatedLine, VoidedLine, Voiding

LARGE = 20_000  # lines; above, whole tables are read at once
LONGEST_WHY = 150  # its sentence stands with every match that it ends


@dataclass(frozen=True)
class Foreseen:
    """What voiding a file does. `twin`: a later file of the same bytes, which takes all of it."""

    lines: int
    payments: int
    fen: int  # net of the lines that go
    matches: int
    handed_over: int
    twin: int | None
    obstacles: tuple[str, ...]


def foresee(file: SourceFile) -> Foreseen:
    """What void_file would do now, and the sentences for which it would refuse."""
    twin = _twin(file)
    values = {"campaign_id": file.campaign_id, "file_id": file.pk}
    with connection.cursor() as cursor:
        sql.run(cursor, "payments", "void_foresee", values)
        found = cursor.fetchone()
    lines, payments, fen, matches, handed_over, decided, refunding, contradicting = found
    obstacles = list(_closed(file))
    if twin is None:
        obstacles += _held(decided, refunding, contradicting)
        return Foreseen(lines, payments, fen, matches, handed_over, None, tuple(obstacles))
    return Foreseen(0, 0, 0, 0, lines + handed_over, twin.pk, tuple(obstacles))


@transaction.atomic
def void_file(file: SourceFile, *, by: User, now: datetime, why: str) -> Voiding:
    """Undo a posted file. What another posted file reports too is that file's from now on.

    Payments and registrations that its lines touched are looked at again. The same bytes may be
    taken in again and give the same totals. Source: docs/RULES.md R-357, R-363.
    Errors: Refused where something of it was refunded, decided, contradicted or closed.
    """
    why = " ".join(why.split())
    if not why:
        raise Refused([_("Say why the file is voided.")])
    if len(why) > LONGEST_WHY:
        raise Refused([_("A reason has at most %(n)s characters.") % {"n": LONGEST_WHY}])
    file = SourceFile.objects.select_for_update().get(pk=file.pk)
    campaign = Campaign.objects.select_related("region").get(pk=file.campaign_id)
    with connection.cursor() as cursor:
        bulk.lock(cursor, campaign.pk)
        seen = foresee(file)
        if seen.obstacles:
            raise Refused(list(seen.obstacles))
        if seen.twin:
            _give_to_twin(file, SourceFile.objects.select_for_update().get(pk=seen.twin))
        else:
            bulk.void(
                cursor,
                rules.terms_of(campaign),
                file_id=file.pk,
                by_id=by.pk,
                now=now,
                why=_("Payment file %(n)s was voided: %(why)s") % {"n": file.pk, "why": why},
                large=seen.lines >= LARGE,
            )
    SourceFile.objects.filter(pk=file.pk).update(state=SourceFile.State.VOIDED)
    facts = {"lines": seen.lines, "fen": seen.fen, "handed_over": seen.handed_over}
    files.audit(file, "void_file", by=by, now=now, why=why, facts=facts)
    changes.append(
        changes.PAYMENTS_POSTED, campaign_id=file.campaign_id, at=now, source_file_id=file.pk
    )
    return Voiding.objects.create(
        file=file,
        by=by,
        at=now,
        why=why,
        lines=seen.lines,
        fen=seen.fen,
        matches=seen.matches,
        handed_over=seen.handed_over,
    )


def _closed(file: SourceFile) -> list[str]:
    if file.kind != SourceFile.Kind.PAYMENTS or file.state != SourceFile.State.POSTED:
        return [_("Only a posted payment file can be voided.")]
    if file.campaign.state in (Campaign.State.CLOSED, Campaign.State.ARCHIVED):
        return [_("The campaign is closed: its files stay as they are.")]
    return []


def _held(decided: int, refunding: list[int], contradicting: list[int]) -> list[str]:
    found = []
    if decided:
        found.append(
            _("%(n)s of its payments were decided upon: undo those decisions first.")
            % {"n": decided}
        )
    if refunding:
        found.append(
            _("Payments of this file were refunded by file %(files)s: void that file first.")
            % {"files": _listed(refunding)}
        )
    if contradicting:
        found.append(
            _("File %(files)s says otherwise about lines of this file: void that file first.")
            % {"files": _listed(contradicting)}
        )
    return found


def _listed(ids: list[int]) -> str:
    return ", ".join(map(str, ids[:10])) + (" …" if len(ids) > 10 else "")


def _twin(file: SourceFile) -> SourceFile | None:
    """The first posted file that was taken in as the same bytes again."""
    return (
        SourceFile.objects.filter(
            campaign_id=file.campaign_id,
            kind=file.kind,
            state=SourceFile.State.POSTED,
            counts__same_as=file.pk,
        )
        .order_by("pk")
        .first()
    )


def _give_to_twin(file: SourceFile, twin: SourceFile) -> None:
    """The same bytes stand under another number: everything becomes that file's."""
    Payment.objects.filter(campaign_id=file.campaign_id, file_id=file.pk).update(file_id=twin.pk)
    Correction.objects.filter(campaign_id=file.campaign_id, file_id=file.pk).update(file_id=twin.pk)
    RepeatedLine.objects.filter(file_id=file.pk).update(file_id=twin.pk)
    SourceProblem.objects.filter(file_id=file.pk).update(file_id=twin.pk)
    VoidedLine.objects.filter(handed_to=file.pk).update(handed_to=twin.pk)
    others = SourceFile.objects.filter(counts__same_as=file.pk).exclude(pk=twin.pk)
    others.update(counts={"same_as": twin.pk})
    names = ("read", "new", "known", "conflict", "rejected", "counts")
    for name in names:
        setattr(twin, name, getattr(file, name))
    twin.facts = {**file.facts, **twin.facts}
    twin.save(update_fields=[*names, "facts"])
    SourceFile.objects.filter(pk=file.pk).update(
        counts={"same_as": twin.pk}, known=F("read"), new=0, conflict=0, rejected=0
    )
