"""What people call the keys of payments, refunds, channels and accounts, and their words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from enrollment import loading

KEYS: dict[str, Any] = {
    "payments.late": _("Late payments"),
    "payments.accept": _("A payment file is posted"),
    "file_every_days": _("A payment file at least every … days"),
    "slip_arrives_days": _("The bank tells of a slip within … days"),
    "reason": _("Reason of the refund"),
    "before": _("Only"),
    "part": _("Comes back"),
    "benefits_used": _("Benefits used"),
    "channels.kind": _("Kind"),
    "steps": _("Steps"),
    "synonyms": _("Called in files"),
    "money_in_hand.limit_fen": _("Remitted at the latest at"),
    "limit_working_days": _("Remitted after so many working days"),
    "first_day_counts": _("First day counts"),
    "account": _("Goes to"),
    "accounts": _("Account"),
    "accounts.name": _("Account holder"),
    "accounts.number": _("Account"),
    "bank": _("Bank"),
}

LATE = {
    "mark": _("are matched and marked late"),
    "hold": _("stay open until somebody decides"),
}
ACCEPT = {
    "sender": _("once it is checked"),
    "second_person": _("once a second person accepts it"),
}
PARTS = {
    "own": _("what the person bore"),
    "all": _("what was paid for them too"),
    "none": _("nothing"),
}
BEFORE = {
    "coverage_from": _("before the first covered day"),
    "benefit_from": _("before benefits begin"),
}
KINDS = {
    "online": _("online"),
    "counter": _("at a counter"),
    "collector": _("through a collector"),
    "on_behalf": _("on behalf"),
}

CHOICES: dict[str, dict[Any, Any]] = {
    "payments.late": LATE,
    "payments.accept": ACCEPT,
    "part": PARTS,
    "before": BEFORE,
    "benefits_used": {"forbids": _("nothing comes back"), "ignored": _("makes no difference")},
    "channels.kind": KINDS,
}


def register() -> None:
    loading.name_keys(KEYS)
    loading.name_choices(CHOICES)
    loading.name_values("reason", lambda p: {each.reason: each.name for each in p["refunds"]})
