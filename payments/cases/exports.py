"""The list of open payments as a workbook: numbers masked, amounts as figures."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.lib import workbooks
from enrollment.models import Campaign, Region
from payments import channels
from payments.cases import queries, wording
from payments.cases.forms import Asked
from payments.models import Payment, PaymentQuerySet

AT_ONCE = 2000  # rows read from the database at a time
WIDTHS = (14, 6, 17, 12, 20, 28, 14, 12, 8, 14, 24, 16, 24, 12, 12)


def workbook(campaign: Campaign, rows: PaymentQuerySet, asked: Asked, now: datetime) -> bytes:
    """One row for each payment, oldest first; what is decided of it stands beside it."""
    title = f"{campaign.label}　{_('Open payments')}　{timezone.localtime(now):%Y-%m-%d %H:%M}"
    words = _("; ").join(asked.filters.words(campaign))
    head = [
        _("Cause"), pgettext("case", "Days"), _("Paid at"), _("Name"), _("Number"),
        _("Place as written"), _("Township"), _("Amount (yuan)"), _("Coverage year"),
        _("Channel"), _("Receipt"),
        _("Decision"), _("Reason"), _("Proposed by"), _("Approved by"),
    ]  # fmt: skip
    lines = _lines(campaign, rows, now)
    return workbooks.table(_("Open payments"), [title, words], head, lines, WIDTHS)


def _lines(campaign: Campaign, rows: PaymentQuerySet, now: datetime) -> Iterator[list[Any]]:
    townships = dict(Region.objects.within(campaign.region).values_list("id", "name"))
    after = ""
    while True:
        page = queries.page_of(rows, after, AT_ONCE)
        decided = queries.live_decisions([row.pk for row in page.rows])
        for row in page.rows:
            yield _line(campaign, row, decided.get(row.pk), townships, now)
        if not page.after:
            return
        after = page.after


def _line(
    campaign: Campaign, row: Payment, decision: Any, townships: dict[int, str], now: datetime
) -> list[Any]:
    said: list[Any] = ["", "", "", ""]
    if decision:
        said = [
            wording.kind_label(decision.kind),
            wording.reason_label(campaign, decision.kind, decision.reason),
            str(decision.proposed_by),
            str(decision.approved_by or ""),
        ]
    return [
        str(row.get_cause_display() or ""),
        queries.days(row.paid_at, now),
        f"{timezone.localtime(row.paid_at):%Y-%m-%d %H:%M}",
        row.name,
        row.masked,
        row.place,
        townships.get(row.township_id or 0, ""),
        Decimal(row.fen) / 100,
        row.year,
        channels.called(campaign.policy, row.channel),
        row.receipt,
        *said,
    ]
