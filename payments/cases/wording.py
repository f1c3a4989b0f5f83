"""Words of the exceptions desk: what a cause means, what one may decide, and why."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from enrollment.models import Campaign
from payments.decision_models import Reason
from payments.models import Cause, Decision

WHY: dict[str, str | Promise] = {
    Cause.UNKNOWN_PERSON: gettext_lazy(
        "The number is in no register of ours. As soon as someone with this number is registered "
        "the payment matches by itself."
    ),
    Cause.NOT_REGISTERED: gettext_lazy(
        "We know the person, but they are not registered this year. Register them and the payment "
        "matches by itself."
    ),
    Cause.NAME_DIFFERS: gettext_lazy(
        "The number agrees, the name does not. A person must judge whether it is the same one."
    ),
    Cause.WRONG_YEAR: gettext_lazy(
        "Paid for another coverage year. The tax bureau corrects or refunds it; it is never moved "
        "to this year by itself."
    ),
    Cause.WRONG_PLACE: gettext_lazy(
        "The person is registered in another county or campaign, where the money belongs."
    ),
    Cause.TOO_LITTLE: gettext_lazy(
        "Less than what is due. It is held and not counted. Several payments may settle it "
        "together, or it goes back."
    ),
    Cause.PAID_TWICE: gettext_lazy(
        "Another payment has settled this person. This one is to be refunded by the tax bureau, "
        "unless it was meant for somebody else of the household."
    ),
    Cause.PAID_THOUGH_EXEMPT: gettext_lazy(
        "This person owes nothing themselves. To be refunded or reimbursed."
    ),
    Cause.PAID_BEFORE_MARKED: gettext_lazy(
        "They paid, and were marked for full subsidy afterwards. What they bore is refunded, or "
        "comes back to their account, as the notice says."
    ),
    Cause.LATE: gettext_lazy("Paid after the window closed; the policy holds it."),
}

ONE, TWO, REFUND, VERIFY, HOLD = "one", "two", "refund", "verify", "hold"
CHOICES: dict[str, str | Promise] = {
    ONE: gettext_lazy("Match to suggestion 1"),
    TWO: gettext_lazy("Match to suggestion 2"),
    REFUND: pgettext_lazy("decision", "Refund"),
    VERIFY: gettext_lazy("Ask the township"),
    HOLD: gettext_lazy("Set aside"),
}
# What the digits mean for many at once: each payment to the holder of its own number.
FOR_MANY = {**CHOICES, ONE: gettext_lazy("Match to the holder of the number")}
KINDS = {
    ONE: Decision.Kind.MATCH,
    TWO: Decision.Kind.MATCH,
    REFUND: Decision.Kind.REFUND,
    VERIFY: Decision.Kind.VERIFY,
    HOLD: Decision.Kind.HOLD,
}
# The first choice of each cause: what is mostly right, never what is done by itself.
USUAL: dict[str, str] = {
    Cause.UNKNOWN_PERSON: ONE,
    Cause.NAME_DIFFERS: ONE,
    Cause.TOO_LITTLE: ONE,
    Cause.LATE: ONE,
    Cause.WRONG_YEAR: REFUND,
    Cause.PAID_TWICE: REFUND,
    Cause.PAID_THOUGH_EXEMPT: REFUND,
    Cause.PAID_BEFORE_MARKED: REFUND,
    Cause.NOT_REGISTERED: VERIFY,
    Cause.WRONG_PLACE: REFUND,
}


# Causes that are themselves a reason to give the money back.
REFUNDABLE = (
    Cause.PAID_TWICE,
    Cause.WRONG_YEAR,
    Cause.PAID_THOUGH_EXEMPT,
    Cause.PAID_BEFORE_MARKED,
    Cause.WRONG_PLACE,
    Cause.TOO_LITTLE,
    Cause.NOT_REGISTERED,
    Cause.UNKNOWN_PERSON,
)


def reasons(campaign: Campaign, kind: str) -> list[tuple[str, str]]:
    """What may be chosen. Of a match the short list; of a refund the cause of the payment, or a
    reason of the notice; of a question and of what is set aside any cause."""
    if kind == Decision.Kind.MATCH:
        return [(code, str(label)) for code, label in Reason.choices]
    refund = kind == Decision.Kind.REFUND
    found = {cause.value: str(cause.label) for cause in (REFUNDABLE if refund else Cause)}
    if refund:
        found |= {rule.reason: rule.name for rule in campaign.policy["refunds"]}
    return [*found.items(), (Reason.OTHER.value, str(Reason.OTHER.label))]


def reason_label(campaign: Campaign, kind: str, reason: str) -> str:
    known = dict(reasons(campaign, kind))
    return known.get(reason) or str(dict(Reason.choices).get(reason, reason))


def kind_label(kind: str) -> str:
    return str(Decision.Kind(kind).label)
