"""What a batch and its slip differ in, said so that somebody can mend it. Source: R-378."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.lib import figures
from payments.collection import queries
from payments.models import BatchLine, CollectionBatch, Slip

MOST_NAMED = 5


def differences(batch: CollectionBatch) -> list[str]:
    """Sentences; empty where heads and fen of the slip are those of the lines."""
    sums = queries.line_sums(batch)
    if not sums.heads:
        return [_("Nobody is in this batch.")]
    slip = batch.slips.filter(ended_at=None).first()
    if slip is None:
        return [_("There is no slip yet; enter it once the money was paid in.")]
    heads, fen = slip.heads - sums.heads, slip.fen - sums.fen
    if not heads and not fen:
        return []
    found = [
        _(
            "The slip says %(slip_heads)s people, %(slip_fen)s yuan; the batch has %(heads)s"
            " people, %(fen)s yuan: %(heads_off)s people, %(fen_off)s yuan."
        )
        % {
            "slip_heads": figures.thousands(slip.heads),
            "slip_fen": figures.yuan(slip.fen),
            "heads": figures.thousands(sums.heads),
            "fen": figures.yuan(sums.fen),
            "heads_off": figures.signed(heads),
            "fen_off": figures.signed(figures.yuan(fen)),
        }
    ]
    return [*found, *_who(batch, slip, heads, fen)]


def _who(batch: CollectionBatch, slip: Slip, heads: int, fen: int) -> list[str]:
    """Whose line explains the whole difference, where it can be said."""
    if heads < 0 and fen < 0:
        return _too_many(batch, -heads, -fen)
    if heads > 0 and fen > 0:
        return _too_few(batch, heads, fen)
    return [_("Nobody explains this by themselves: look at the amount and the heads on the slip.")]


def _too_many(batch: CollectionBatch, heads: int, fen: int) -> list[str]:
    lines = BatchLine.objects.filter(batch=batch, live=True).select_related("resident")
    if heads > 1:
        return [
            _("%(n)s people in the batch are not on the slip; take them out.")
            % {"n": figures.thousands(heads)}
        ]
    names = [line.resident.name for line in lines.filter(fen=fen).order_by("line")]
    if not names:
        return [_("Nobody in the batch paid %(fen)s yuan.") % {"fen": figures.yuan(fen)}]
    return [_listed(_("One of these is too many in the batch: %(names)s."), names)]


def _too_few(batch: CollectionBatch, heads: int, fen: int) -> list[str]:
    waiting = list(queries.fitting(batch).select_related("resident").order_by("pk"))
    if len(waiting) == heads and sum(row.fen for row in waiting) == fen:
        names = [row.resident.name for row in waiting]
        return [_listed(_("Missing in the batch, cash was taken of them since: %(names)s."), names)]
    if heads > 1:
        return [
            _("%(n)s people are missing in the batch; cash of %(waiting)s more was noted there.")
            % {"n": figures.thousands(heads), "waiting": figures.thousands(len(waiting))}
        ]
    names = [row.resident.name for row in waiting if row.fen == fen]
    if names:
        return [_listed(_("One of these is missing in the batch: %(names)s."), names)]
    return [_elsewhere(batch, fen)]


def _elsewhere(batch: CollectionBatch, fen: int) -> str:
    """Cash of that amount there, but of another category."""
    others = queries.unbatched(batch.campaign).filter(
        place__path__startswith=batch.region.path, fen=fen
    )
    names = list(others.values_list("resident__name", flat=True)[: MOST_NAMED + 1])
    if names:
        return _listed(_("Missing may be one of another category: %(names)s."), names)
    return _(
        "Nobody is known of whom %(fen)s yuan more were taken there; note that cash first."
    ) % {"fen": figures.yuan(fen)}


def _listed(words: str, names: list[str]) -> str:
    shown = pgettext("list", ", ").join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    if more > 0:
        shown = _("%(names)s and %(n)s more") % {"names": shown, "n": more}
    return words % {"names": shown}
