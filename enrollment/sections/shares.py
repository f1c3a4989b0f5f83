"""Who carries how much of a sum: of the fee, of the fiscal subsidy, of a grant."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from enrollment.notice import Table

WHOLE_BP = 10_000


@dataclass(frozen=True)
class Share:
    """A part somebody carries: in basis points of the whole, in fen, or not stated."""

    funder: str
    share_bp: int | None = None
    fen: int | None = None
    group: str = ""  # which places it is said of; empty: all
    clause: str = ""
    words: str = ""


def read_shares(
    table: Table, key: str, whole: int | None, *, grouped: bool = False, reasons: bool = True
) -> tuple[Share, ...]:
    """The tables under `key`. Together never more than the whole; where `grouped`, a group's.

    `reasons`: each has a clause and words of its own.
    """
    found: list[Share] = []
    for row in table.tables(key, []):
        share = Share(
            funder=row.text("funder"),
            share_bp=row.whole("share_bp", 0, WHOLE_BP, None),
            fen=row.fen("fen", None),
            group=row.text("group", "") if grouped else "",
            clause=row.text("clause", "") if reasons else "",
            words=row.text("words", "") if reasons else "",
        )
        if share.share_bp is not None and share.fen is not None:
            row.complain("fen", _("share_bp says it already: one of the two"))
        found.append(share)
        row.done()
    for group in dict.fromkeys(share.group for share in found):
        of_it = [share for share in found if share.group == group]
        points = sum(share.share_bp or 0 for share in of_it)
        fen = sum(share.fen or 0 for share in of_it)
        of = f" ({group})" if group else ""
        if points > WHOLE_BP or (whole and points * whole + fen * WHOLE_BP > whole * WHOLE_BP):
            table.complain(key, _("come to more than the whole%(group)s") % {"group": of})
    return tuple(found)
