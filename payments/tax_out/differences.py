"""Rows of a comparison with our facts beside them, and the workbook of an outcome."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from config.lib import idnumber, workbooks
from config.lib.names import mask_number
from enrollment import ports
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Identity, Registration, Resident, User
from payments.models import TaxComparison, TaxPerson

MOST = 100_000  # rows of a workbook
_AT_A_TIME = 2000


def beside(
    campaign: Campaign, people: Sequence[TaxPerson], *, in_full: bool = False
) -> list[dict[str, Any]]:
    """For each row what the tax system says, and what stands here."""
    residents = Resident.objects.select_related("village__parent").in_bulk(
        [row.resident_id for row in people if row.resident_id]
    )
    registrations = Registration.objects.in_bulk(
        [row.registration_id for row in people if row.registration_id]
    )
    ours = {
        row.resident_id: row.number.reveal()
        for row in Identity.objects.filter(resident_id__in=residents, current=True)
    }
    marks = ports.hardship_names(campaign.policy)
    show = str if in_full else mask_number
    found = []
    for row in people:
        resident = residents.get(row.resident_id or 0)
        registration = registrations.get(row.registration_id or 0)
        number = row.number.reveal() if row.number else ours.get(row.resident_id or 0, "")
        found.append(
            {
                "row": row,
                "number": show(number),
                "resident": resident,
                "mark": marks.get(registration.hardship, "") if registration else "",
                "registered": registration is not None,
                "place": f"{resident.village.parent or ''}{resident.village}" if resident else "",
                "problem": problem(row.problem),
            }
        )
    return found


def problem(code: str) -> str:
    """Why a row was not compared, in words."""
    if code.startswith("number_"):
        return str(idnumber.PROBLEMS[code.removeprefix("number_")])
    return {
        "repeated": _("The same person stands in another row."),
        "name_empty": _("The name is empty."),
    }.get(code, "")


def workbook(
    campaign: Campaign, row: TaxComparison, outcome: str, *, why: str, by: User, at: datetime
) -> bytes:
    """Errors: Refused without a reason, or for more rows than a workbook should have."""
    if len(why.strip()) < 2:
        raise Refused(_("Say what the file is for."))
    people = TaxPerson.objects.filter(comparison_id=row.pk, outcome=outcome).order_by("line", "id")
    count = people.count()
    if count > MOST:
        raise Refused(_("More than %(n)s rows do not go into one workbook.") % {"n": MOST})
    head = [
        _("Line"), _("Outcome"), _("Number"), _("Name there"), _("Name here"), _("Mark there"),
        _("Category here"), _("Place there"), _("Place here"), _("Why"),
    ]  # fmt: skip
    label = str(TaxPerson.Outcome(outcome).label)
    content = workbooks.table(label, [], head, _cells(campaign, people, count, label))
    AuditEntry.objects.create(
        at=at, by=by, action="take_out_tax_comparison", campaign=campaign,
        object_kind="tax_comparison", object_id=row.pk, why=why.strip()[:300],
        facts={"outcome": outcome, "rows": count},
    )  # fmt: skip
    return content


def _cells(
    campaign: Campaign, people: QuerySet[TaxPerson], count: int, label: str
) -> Iterator[list[Any]]:
    for start in range(0, count, _AT_A_TIME):
        for each in beside(campaign, list(people[start : start + _AT_A_TIME]), in_full=True):
            theirs, here = each["row"], each["resident"]
            yield [
                theirs.line, label, each["number"], "" if theirs.line is None else theirs.name,
                here.name if here else "", theirs.mark, each["mark"], theirs.place, each["place"],
                each["problem"],
            ]  # fmt: skip
