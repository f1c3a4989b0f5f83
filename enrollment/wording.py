"""What people call the keys of a notice file, and the words they may have: the ground floor's."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from enrollment import loading

KEYS: dict[str, Any] = {
    # of every section
    "amount_fen": _("Amount"),
    "assumed": _("Our reading"),
    "clause": _("Clause"),
    "fen": _("Amount"),
    "from": _("Begins on"),
    "funder": _("Funder"),
    "group": _("Group of places"),
    "insurance": _("Insurance"),
    "name": _("What it is called"),
    "rules": _("Rule"),
    "share_bp": _("Share"),
    "shares": _("Share of a funder"),
    "title": _("Title"),
    "until": _("Ends on"),
    "when": _("For whom"),
    "words": _("In our words"),
    "age_on": _("Ages are told on"),
    # the file itself, [document], [campaign]
    "slug": _("Name in addresses"),
    "regions": _("File of the regions"),
    "institutions": _("File of the institutions"),
    "extends": _("File of the superior notice"),
    "cites": _("Cited documents"),
    "issued_on": _("Date of issue"),
    "issuers": _("Issuers"),
    "addressees": _("Addressees"),
    "copies_to": _("Copies to"),
    "document.kind": _("Kind of document"),
    "document.number": _("Document number"),
    "forwards": _("Forwards"),
    "contacts": _("Whom to ask"),
    "contacts.name": _("Person to ask"),
    "office": _("Office"),
    "phone": _("Telephone"),
    "label": _("Year of the campaign"),
    "region": _("Code of the region"),
    "coverage_from": _("First covered day"),
    "coverage_until": _("Last covered day"),
    # [eligibility], [attribution], [[windows]]
    "otherwise": _("Whoever no rule names"),
    "exclusions": _("Who may not enroll"),
    "kinds": _("Kind of person"),
    "admit": _("Outcome"),
    "evidence": _("Evidence"),
    "unit": _("Counts to"),
    "takes": _("Takes"),
    "closes_at": _("Closes at"),
    "pay_days": _("Payable on"),
    # [fee], [fiscal]
    "individual_fen": _("Individual fee"),
    "with_fiscal": _("Fiscal part is charged as well"),
    "fiscal_fen": _("Charged of the fiscal part"),
    "benefit_tier": _("Tier of benefits"),
    "components": _("Part of the fee"),
    "per_person_fen": _("A person"),
    # [benefit]
    "begins": _("Begins"),
    "ends": _("Ends"),
    "after_days": _("Days later"),
    "after_months": _("Months later"),
    "not_before_coverage": _("Not before the first covered day"),
    "waiting": _("Waiting after late or broken enrollment"),
    "waiting.unit": _("Counted in"),
    "fixed": _("Fixed part"),
    "per_missed_year": _("For each missed year"),
    "first_missed_counts": _("First missed year counts"),
    "per_repaid_year": _("Taken off for each year paid up"),
    "repaid_year": _("A year paid up costs"),
    "fixed_is_kept": _("Fixed part is kept"),
    "floor": _("At least"),
    "floor_from_years": _("At least, from so many missed years"),
    "counts_from": _("Counts from"),
    "late": _("Also for"),
    "exempt": _("Who does not wait"),
    "incentives": _("Incentive for years without a gap"),
    "from_years": _("From so many continuous years"),
    "from_year_counts": _("That year counts itself"),
    "per_year_fen": _("Each year adds"),
    "unused_year_fen": _("Each year without a claim adds"),
    "limit_fen": _("At most"),
    "resets": _("Begins anew"),
}

_DAYS = {
    "coverage_from": _("the first covered day"),
    "registered_on": _("the day of registration"),
    "paid_on": _("the day of payment"),
}
INSURANCES = {
    "310": _("employee insurance"),
    "390": _("resident insurance"),
    "392": _("serious illness insurance"),
    "410": _("long-term care insurance"),
}

CHOICES: dict[str, dict[Any, Any]] = {
    "age_on": _DAYS,
    "insurance": INSURANCES,
    "otherwise": {"admit": _("may enroll"), "refuse": _("may not enroll")},
    "admit": {True: _("may enroll"), False: _("may not enroll")},
    "unit": {
        "village": _("the person's village"),
        "household": _("the household's village"),
        "school": _("the school; the person's village where the school is not known"),
    },
    "takes": {
        "both": _("registrations and payments"),
        "registration": _("registrations only"),
        "payment": _("payments only"),
    },
    "begins": {**_DAYS, "birth": _("the day of birth")},
    "ends": {"coverage_until": _("the last covered day"), "year_end": _("the end of the year")},
    "repaid_year": {
        "individual": _("the individual fee of this period"),
        "with_fiscal": _("the individual fee and the fiscal subsidy of this period"),
    },
    "waiting.unit": {"months": _("months"), "days": _("days")},
    "counts_from": {
        "coverage_from": _("the first covered day"),
        "paid_on": _("the day of payment"),
        "later": _("the later of payment and the first covered day"),
    },
}


def register() -> None:
    loading.name_keys(KEYS)
    loading.name_choices(CHOICES)
