"""The words for what changed marks come to; rules and tables share them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Outcome(TextChoices):
    """What became of a registration whose person's marks changed."""

    UPDATED = "updated", _("priced again: nothing had been paid yet")
    OWED = "owed", _("the difference is paid out")
    TAKEN_BACK = "taken_back", _("the difference is taken back")
    SAME = "same", _("what applies stays the same")
    RECOGNISED_LATE = "recognised_late", _("recognised after the last day")
    DEAD = "dead", _("on a list of the dead")
    ELSEWHERE = "elsewhere", _("enrolled elsewhere, which the notice does not subsidise")
    FALL_KEPT = "fall_kept", _("less would apply, but nothing is taken back")
    NO_TOP_UP = "no_top_up", _("more would apply, but a rise is not paid")
    NOT_BACK = "not_back", _("paid already; the notice lets none of it come back")
    UNPRICED = "unpriced", _("cannot be priced")


class Kind(TextChoices):
    """Why an amount falls to a person."""

    REIMBURSEMENT = "reimbursement", _("reimbursed after payment")
    TOP_UP = "top_up", pgettext_lazy("pay-out", "difference to a higher category")
    PAID_ALREADY = "paid_already", _("paid by oneself, though subsidised")
    ELSEWHERE = "elsewhere", pgettext_lazy("pay-out", "enrolled elsewhere, paid there")
