"""The finance page and its lists as workbooks. Money in yuan."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from openpyxl import Workbook

from config.lib import workbooks
from enrollment.facts import ZONE
from enrollment.models import Campaign
from payments.models import Cause, Payment, Standing
from reports.finance.payments import MOST_ROWS, Filters
from reports.finance.queries import Money

MONEY = (
    pgettext_lazy("count", "Payments"),
    gettext_lazy("Received (yuan)"),
    gettext_lazy("Matched (yuan)"),
    gettext_lazy("Open (yuan)"),
    gettext_lazy("Refund due (yuan)"),
    gettext_lazy("Refunded (yuan)"),
    gettext_lazy("Reversed (yuan)"),
)


def too_many() -> str:
    said = _("A workbook holds at most %(n)s payments: narrow the list by place or day.")
    return said % {"n": f"{MOST_ROWS:,}"}


def finance_workbook(campaign: Campaign, sheet: dict[str, Any], now: datetime) -> bytes:
    """Sheets by place, channel, day, funder and, of the whole campaign, fiscal money; the header
    of each stands in line 3, its sum in the last."""
    book = Workbook()
    book.remove(book.active)
    title = f"{sheet['region'].name} {campaign.title}"
    money = [str(each) for each in MONEY]

    def page(name: str, head: list[str], rows: list[list[Any]], total: list[Any]) -> None:
        made = book.create_sheet(name)
        made.append([f"{title} {name}"])
        made.append([_("As of %(at)s") % {"at": f"{now.astimezone(ZONE):%Y-%m-%d %H:%M}"}])
        for row in (head, *rows, total):
            made.append(row)
        workbooks.dress(made, [18] * made.max_column, freeze="B4", total=made.max_row)

    owed = [
        _("Registered"), _("Enrolled"), _("Due, own part (yuan)"), _("Due on behalf (yuan)"),
        _("Paid on behalf (yuan)"), _("Deducted (yuan)"),
    ]  # fmt: skip
    page(
        _("By place"),
        [_("Place"), *money, *owed],
        [
            [
                _("not told further") if part.apart else part.region.name,
                *_money(part.money),
                *_owed(part.owed),
            ]
            for part in sheet["parts"]
        ],
        [_("Total"), *_money(sheet["money"]), *_owed(sheet["owed"])],
    )
    total = [_("Total"), *_money(sheet["money"])]
    page(
        _("By channel"),
        [_("Channel"), *money],
        [[channel or _("not told"), *_money(each)] for channel, each, _query in sheet["channels"]],
        total,
    )
    page(
        _("By day"),
        [_("Day of payment"), *money],
        [[f"{day:%Y-%m-%d}", *_money(each)] for day, each, _query in sheet["days"]],
        total,
    )
    parts = ("on_behalf_settled", "on_behalf_due", "deducted", "paid_out", "to_pay_out", "given")
    page(
        _("Subsidies by funder"),
        [
            pgettext("finance", "Funder"), _("Paid on behalf (yuan)"), _("Due on behalf (yuan)"),
            _("Deducted (yuan)"), _("Paid out (yuan)"), _("To be paid out (yuan)"),
            _("Given in all (yuan)"),
        ],
        [
            [row.funder or _("nobody is named"), *(getattr(row, each) / 100 for each in parts)]
            for row in sheet["subsidised"]
        ],
        [
            _("Total"),
            *(sum(getattr(row, each) for row in sheet["subsidised"]) / 100 for each in parts),
        ],
    )  # fmt: skip
    if fiscal := sheet["fiscal"]:
        page(
            _("Fiscal money"),
            [
                pgettext("finance", "Funder"),
                pgettext("fiscal", "Due (yuan)"),
                _("Received (yuan)"),
                _("Missing (yuan)"),
            ],
            [
                [row.funder, *map(_yuan, (row.due_fen, row.received_fen, row.missing_fen))]
                for row in fiscal.rows
            ],
            [
                _("Total"),
                *map(_yuan, (fiscal.total_fen, fiscal.received_fen, fiscal.missing_fen)),
            ],
        )
    return workbooks.saved(book)


def payments_workbook(campaign: Campaign, asked: Filters, rows: Sequence[Payment]) -> bytes:
    """One row for each payment, numbers masked; the sum stands in the last line."""
    book = Workbook()
    page = book.active
    page.title = _("All payments")
    page.append([f"{asked.region.name} {campaign.title}"])
    said = [str(each) for each in (asked.day, asked.channel, asked.standing) if each]
    page.append([" ".join(said)])
    page.append(
        [
            _("Paid at"), _("Name"), _("Number"), _("Place as written"), _("Channel"),
            _("Receipt"), *(str(each) for each in MONEY[1:]), _("State"), _("Cause"),
        ]
    )  # fmt: skip
    columns = (
        "fen", "matched_fen", "open_fen", "refund_due_fen", "refunded_fen", "reversed_fen",
    )  # fmt: skip
    for row in rows:
        page.append(
            [
                f"{row.paid_at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}",
                *map(
                    workbooks.bearable,
                    (row.name, row.masked, row.place, row.channel, row.receipt),
                ),
                *(getattr(row, each) / 100 for each in columns),
                str(Standing(row.standing).label),
                str(Cause(row.cause).label) if row.cause else "",
            ]
        )
    sums = [sum(getattr(row, each) for row in rows) / 100 for each in columns]
    page.append([_("Total"), "", "", "", "", "", *sums])
    workbooks.dress(page, [18] * page.max_column, freeze="B4", total=page.max_row)
    return workbooks.saved(book)


def _money(money: Money) -> list[Any]:
    return [
        money.payments,
        *(
            fen / 100
            for fen in (
                money.fen, money.matched_fen, money.open_fen, money.refund_due_fen,
                money.refunded_fen, money.reversed_fen,
            )
        ),
    ]  # fmt: skip


def _owed(owed: Any) -> list[Any]:
    return [
        owed.people,
        owed.enrolled,
        *(
            fen / 100
            for fen in (
                owed.due_fen, owed.due_on_behalf_fen, owed.on_behalf_fen, owed.deducted_fen,
            )
        ),
    ]  # fmt: skip


def _yuan(fen: int | None) -> float | None:
    return None if fen is None else fen / 100
