"""What the desk is asked: a tab, a cause, filters. Anything odd in an address is left out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.lib import names
from enrollment.models import Campaign, Region
from payments.cases import scope
from payments.cases.queries import OPEN, TABS
from payments.cases.suggestions import suggestions
from payments.models import PaymentQuerySet

NOWHERE = "none"
MOST_SEARCHED = 5000  # of how many open payments a filter reads numbers, oldest first
LONGEST = 14  # what is looked for is never a whole number: addresses are kept in logs


@dataclass(frozen=True)
class Filters:
    """What narrows the list, whatever the tab."""

    township: str = ""
    older: int | None = None  # days
    least: Decimal | None = None  # yuan
    most: Decimal | None = None
    channel: str = ""  # key of the notice
    has: bool = False  # somebody is suggested
    q: str = ""  # whole name, or last four of the number

    def __bool__(self) -> bool:
        return self != Filters()

    def words(self, campaign: Campaign) -> list[str]:
        """Each filter in words, for the line above the queue and the workbook."""
        said = []
        if self.older is not None:
            said.append(
                ngettext("older than %(n)s day", "older than %(n)s days", self.older)
                % {"n": self.older}
            )
        if self.least is not None:
            said.append(_("from %(yuan)s yuan") % {"yuan": self.least})
        if self.most is not None:
            said.append(_("up to %(yuan)s yuan") % {"yuan": self.most})
        if self.channel:
            said.append(dict(channel_choices(campaign)).get(self.channel, self.channel))
        if self.has:
            said.append(_("with a suggestion"))
        if self.q:
            said.append(f"“{self.q}”")
        return said

    @property
    def reads_numbers(self) -> bool:
        """What is looked for in the oldest MOST_SEARCHED only."""
        return self.has or bool(self.q and _is_end(self.q))

    def apply(
        self, campaign: Campaign, region: Region, rows: PaymentQuerySet, now: datetime
    ) -> PaymentQuerySet:
        """`region`: of which people are suggested."""
        rows = self._of_place(campaign, rows)
        if self.older is not None:
            rows = rows.filter(paid_at__lt=now - timedelta(days=self.older))
        if self.least is not None:
            rows = rows.filter(fen__gte=int(self.least * 100))
        if self.most is not None:
            rows = rows.filter(fen__lte=int(self.most * 100))
        if self.channel:
            rows = rows.filter(channel__in=_words_of(campaign, self.channel))
        if self.q:
            rows = _named(rows, self.q)
        if self.has:
            some = list(rows.order_by("paid_at", "id")[:MOST_SEARCHED])
            rows = rows.filter(pk__in=list(suggestions(campaign, some, region)))
        return rows

    def _of_place(self, campaign: Campaign, rows: PaymentQuerySet) -> PaymentQuerySet:
        if self.township == NOWHERE:
            return rows.filter(scope.NOWHERE)
        if not self.township:
            return rows
        below = Region.objects.within(campaign.region)
        region = below.filter(pk=int(self.township)).first()
        return rows.filter(scope.belonging_to(region)) if region else rows.none()


def _named(rows: PaymentQuerySet, text: str) -> PaymentQuerySet:
    """Four signs of a number are its last; everything else is a whole name."""
    end = text.upper()
    if not _is_end(text):
        return rows.filter(name_key=names.name_key(text))
    some = rows.order_by("paid_at", "id").only("id", "number")[:MOST_SEARCHED]
    return rows.filter(pk__in=[row.pk for row in some if row.number.reveal().endswith(end)])


def _is_end(text: str) -> bool:
    end = text.upper()
    return len(end) == 4 and end[:3].isdecimal() and (end[3].isdecimal() or end[3] == "X")


def channel_choices(campaign: Campaign) -> list[tuple[str, str]]:
    return [(channel.key, channel.name) for channel in campaign.policy["channels"]]


def _words_of(campaign: Campaign, key: str) -> list[str]:
    found = next((each for each in campaign.policy["channels"] if each.key == key), None)
    return [found.name, *found.synonyms] if found else []


class FilterForm(forms.Form):
    """Of the address. A field that is wrong is left out, not refused."""

    township = forms.RegexField(r"^(none|[0-9]{1,18})$", required=False)
    older = forms.IntegerField(min_value=0, max_value=3650, required=False)
    least = forms.DecimalField(min_value=0, max_digits=9, decimal_places=2, required=False)
    most = forms.DecimalField(min_value=0, max_digits=9, decimal_places=2, required=False)
    channel = forms.CharField(max_length=40, required=False)
    has = forms.BooleanField(required=False)
    q = forms.CharField(max_length=LONGEST, required=False)


@dataclass(frozen=True)
class Asked:
    """An address of the desk, read."""

    tab: str
    group: str  # a cause, or kind:reason
    filters: Filters
    held: bool = False
    mine: bool = False
    payment: int = 0
    after: str = ""

    def query(self, **other: Any) -> str:
        """As an address says it; `other` replaces parts (payment and after are left out)."""
        said: dict[str, Any] = {
            "tab": "" if self.tab == OPEN else self.tab,
            "cause": self.group,
            "held": "1" if self.held else "",
            "mine": "1" if self.mine else "",
        }
        filters = self.filters
        said |= {
            "township": filters.township,
            "older": "" if filters.older is None else filters.older,
            "least": "" if filters.least is None else filters.least,
            "most": "" if filters.most is None else filters.most,
            "channel": filters.channel,
            "has": "1" if filters.has else "",
            "q": filters.q,
        }
        said |= other
        return urlencode({key: value for key, value in said.items() if value not in ("", None)})


def read(data: Any) -> Asked:
    """`data`: request.GET, or the same said in a form."""
    form = FilterForm(data)
    form.is_valid()
    said = {key: value for key, value in form.cleaned_data.items() if value not in ("", None)}
    tab = data.get("tab", OPEN)
    payment = data.get("payment", "")
    return Asked(
        tab=tab if tab in TABS else OPEN,
        group=data.get("cause", "")[:60],
        filters=Filters(**said),
        held=data.get("held") == "1",
        mine=data.get("mine") == "1",
        payment=int(payment)
        if payment.isascii() and payment.isdigit() and len(payment) < 19
        else 0,
        after=data.get("after", "")[:60],
    )
