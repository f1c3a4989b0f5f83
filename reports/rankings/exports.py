"""A ranking as a workbook: the weekly report's columns, as offices pass them on."""

from django.utils.translation import gettext as _
from openpyxl import Workbook

from config.lib import workbooks
from enrollment.facts import ZONE
from enrollment.models import Campaign
from reports.models import Ranking
from reports.rankings.queries import rule_of_ranking

WIDTHS = (6, 16, 12, 12, 12, 12, 10, 8, 8, 14, 30)


def ranking_workbook(campaign: Campaign, ranking: Ranking) -> bytes:
    """XLSX of one sheet: title, cut-off, header in line 3, a row for each unit, a total row.

    Rates and gaps are numbers in percent and percentage points.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = _("Ranking")
    rule = rule_of_ranking(ranking)
    sheet.append(
        [f"{ranking.region.name} {rule.title} {_('Ranking No. %(n)s') % {'n': ranking.number}}"]
    )
    as_of = ranking.as_of.astimezone(ZONE)
    sheet.append([_("As of %(at)s") % {"at": f"{as_of:%Y-%m-%d %H:%M}"}])
    sheet.append(
        [
            _("No."),
            _("Unit"),
            _("Target"),
            _("Registered"),
            _("Counted"),
            _("Added"),
            _("Rate %"),
            _("Rank"),
            _("Before"),
            _("Gap to requirement"),
            _("Consequences"),
        ]
    )
    rows = list(ranking.rows.all())
    for index, row in enumerate(rows, start=1):
        gap = "" if ranking.required_bp is None else (row.rate_bp - ranking.required_bp) / 100
        sheet.append(
            [
                index,
                row.name,
                row.target,
                row.registered,
                row.counted,
                row.added,
                row.rate_bp / 100,
                row.rank,
                row.previous_rank,
                gap,
                "、".join(consequence["words"] for consequence in row.consequences),
            ]
        )
    target, counted = sum(row.target for row in rows), sum(row.counted for row in rows)
    sheet.append(
        [
            "",
            _("Total"),
            target,
            sum(row.registered for row in rows),
            counted,
            sum(row.added for row in rows),
            counted * 10_000 // target / 100 if target else "",
        ]
    )
    workbooks.dress(sheet, WIDTHS, total=sheet.max_row)
    return workbooks.saved(book)
