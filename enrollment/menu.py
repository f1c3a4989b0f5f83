"""The main menu: sections of pages, each for the roles that may open it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enrollment.access import READERS, Role, sees_all_of
from enrollment.models import Campaign, User

OFFICE = (Role.BUREAU, Role.ADMIN, Role.AUDITOR)
TOWN = (*OFFICE, Role.CLERK)
EVERYONE = (*READERS, Role.DEPARTMENT, Role.TAX)
SENT = (*OFFICE, Role.TAX)  # what goes to and fro between here and the tax bureau


@dataclass(frozen=True)
class Entry:
    """`key`: its address's name, and what a page of it says in block nav_active. `whole`: a page
    of the whole campaign, which an account of a part of it cannot open."""

    key: str
    label: Promise
    roles: tuple[str, ...]
    whole: bool = False


@dataclass(frozen=True)
class Section:
    """A thin line stands between its groups."""

    label: Promise
    groups: tuple[tuple[Entry, ...], ...]


MENU = (
    Section(_("Desk"), ((Entry("desk", _("Desk"), (Role.CLERK,)),),)),
    Section(
        _("Progress"),
        (
            (
                Entry("progress", _("Progress"), READERS),
                Entry("targets", _("Targets"), OFFICE),
                Entry("denominators", _("Denominators"), OFFICE, whole=True),
            ),
        ),
    ),
    Section(
        _("Rankings"),
        (
            (
                Entry("rankings", _("Ranking bulletins"), READERS),
                Entry("appraisal", _("Appraisal and rewards"), OFFICE, whole=True),
                Entry("disqualifications", _("Disqualified units"), READERS),
                Entry("follow-up", _("Calendar of follow-up"), EVERYONE),
            ),
        ),
    ),
    Section(
        pgettext_lazy("section", "Rosters"),
        (
            (
                Entry("rosters", _("Rosters"), (*OFFICE, Role.DEPARTMENT), whole=True),
                Entry("on-behalf", _("On behalf"), TOWN),
                Entry("pay-outs", _("Pay-outs"), OFFICE, whole=True),
            ),
        ),
    ),
    Section(
        pgettext_lazy("section", "Payments"),
        (
            (
                Entry("open-payments", _("Open payments"), TOWN),
                Entry("claims", _("Claims of payment"), TOWN),
                Entry("refund-requests", _("Refunds and stops"), TOWN),
            ),
            (
                Entry("registers", _("Payment registers"), READERS),
                Entry("collection", _("Collection"), READERS),
                Entry("money-kept", _("Money kept too long"), READERS),
                Entry("bank-statements", _("Bank statements"), OFFICE, whole=True),
            ),
            (
                Entry("payment-files", _("Payment files"), SENT, whole=True),
                Entry("tax-exports", _("Out to the tax bureau"), SENT, whole=True),
                Entry("tax-comparisons", _("Compare with the tax system"), SENT, whole=True),
            ),
            (
                Entry("finance", _("Finance"), TOWN),
                Entry("books", _("Proof of the books"), OFFICE, whole=True),
            ),
        ),
    ),
    Section(
        _("Residents"),
        (
            (
                Entry("people", _("Find people"), READERS),
                Entry("missed", _("Nobody missed"), READERS),
                Entry("elsewhere", _("Enrolled elsewhere"), TOWN),
                Entry("on-lists", _("On lists, yet registered"), TOWN),
            ),
        ),
    ),
    Section(_("Policy"), ((Entry("policy", _("Policy"), EVERYONE),),)),
)


def menu_of(user: User, campaign: Campaign) -> list[dict[str, Any]]:
    """What the user may open. A section of one page is that page: it has a `url`, no `groups`."""
    whole = sees_all_of(user, campaign)
    sections = []
    for section in MENU:
        groups = [
            [entry for entry in group if user.role in entry.roles and (whole or not entry.whole)]
            for group in section.groups
        ]
        pages = [[_page(entry, campaign) for entry in group] for group in groups if group]
        keys = [page["key"] for group in pages for page in group]
        if len(keys) == 1:
            sections.append(pages[0][0] | {"keys": keys})
        elif keys:
            sections.append({"label": section.label, "groups": pages, "keys": keys})
    return sections


def _page(entry: Entry, campaign: Campaign) -> dict[str, Any]:
    return {"key": entry.key, "label": entry.label, "url": reverse(entry.key, args=[campaign.slug])}
