"""What people call the keys of [subsidies], and the words they may have."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from enrollment import loading
from enrollment.notice import Policy
from enrollment.policy.paragraphs import yuan
from subsidies.rosters.words import LIST_NAMES

KEYS: dict[str, Any] = {
    "recognised_until": _("Recognised until"),
    "recognised_words": _("Recognised too late: in our words"),
    "pick": _("In several categories"),
    "pick_clause": _("In several categories: clause"),
    "pick_words": _("In several categories: in our words"),
    "top_up": _("A higher category: the difference is paid"),
    "claw_back": _("A lower category: the difference is taken back"),
    "change_clause": _("The category changes: clause"),
    "change_words": _("The category changes: in our words"),
    "elsewhere": _("Enrolled elsewhere"),
    "elsewhere_clause": _("Enrolled elsewhere: clause"),
    "elsewhere_words": _("Enrolled elsewhere: in our words"),
    "bases": _("Base of percentages"),
    "bases.*": _("Base of percentages"),
    "categories": _("Hardship category"),
    "names": _("Also called"),
    "entitles": _("Counts for"),
    "grades": _("Grades"),
    "without_roster": _("Needs no roster"),
    "stacks": _("Added to any other category"),
    "with": _("Added to the categories"),
    "grants": _("Grant"),
    "grant": _("Grant"),
    "how": _("How"),
    "percent_bp": _("Percentage"),
    "base": _("Percentage of"),
    "round_to": _("Rounded to"),
    "round": _("How it is rounded"),
    "as": _("As the category"),
    "paid_already": _("Paid before it was recognised"),
    "funders": _("Share of a funder"),
    "supplements": _("Supplement"),
    "supplements.to": _("Added to"),
    "marked": _("Marking"),
    "marked.before": _("Due before"),
    "pay_outs": _("Month of the reimbursement"),
    "pay_outs.to": _("Category"),
    "held_back": _("Held back until it is decided"),
    "held_back.lists": _("Lists"),
    "month": _("Paid out"),
}

HOW = {
    "on_behalf": _("paid on the person's behalf"),
    "deducted": _("deducted at payment"),
    "reimbursed": _("reimbursed after payment"),
}
BASES = {
    "fee": _("the whole fee"),
    "individual": _("the individual fee"),
    "fiscal": _("the fiscal subsidy"),
}
PICK = {"highest": _("the highest only"), "sum": _("added up to the fee")}
HIGHEST_AND_MORE = _("the highest only, and beside it what the notice adds")

CHOICES: dict[str, dict[Any, Any]] = {
    "pick": PICK,
    "elsewhere": {"granted": _("is subsidised"), "none": _("is not subsidised")},
    "entitles": {"person": _("the person"), "household": _("the whole household")},
    "grant": {
        "full": _("in full"),
        "amount": _("a fixed amount"),
        "percent": _("a percentage"),
        "as": _("as another category"),
        "none": _("none: listed only"),
        "unstated": _("the notice gives no amount"),
    },
    "how": HOW,
    "base": BASES,
    "round_to": {
        "fen": _("one fen"),
        "jiao": _("ten fen"),
        "half_yuan": _("half a yuan"),
        "yuan": _("one yuan"),
    },
    "round": {"nearest": _("to the nearest"), "down": _("down"), "up": _("up")},
    "marked.before": {"collection": _("collection begins")},
    "month": {"same_month": _("in the month of payment"), "next_month": _("in the month after")},
    "paid_already": {"reimbursed": _("comes back to the person")},
    "held_back.lists": dict(LIST_NAMES),
}


def categories(policy: Policy) -> dict[str, str]:
    return {rule.key: rule.name for rule in policy["subsidies"].categories}


def bases(policy: Policy) -> dict[str, str]:
    """A base that the notice itself sets has no name: its amount is said."""
    return {key: yuan(fen) for key, fen in policy["subsidies"].bases}


def register() -> None:
    loading.name_keys(KEYS)
    loading.name_choices(CHOICES)
    for key in ("hardship", "as", "with", "supplements.to", "pay_outs.to"):
        loading.name_values(key, categories)
    loading.name_values("base", bases)
