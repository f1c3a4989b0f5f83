"""The words for states, each with its shape (LOOK.md "State words and shapes")."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class State:
    """`tone` colours the shape; `strong` colours the word too, for places and for trouble."""

    word: str | Promise
    shape: str
    tone: str
    strong: bool = False
    faint: bool = False


STATES = {
    # Places
    "ahead": State(pgettext_lazy("state", "Ahead"), "triangle-up", "dian", strong=True),
    "normal": State(pgettext_lazy("state", "On track"), "dot", "ink2", strong=True),
    "behind": State(pgettext_lazy("state", "Behind"), "triangle-down", "zhe", strong=True),
    "stalled": State(pgettext_lazy("state", "Stalled"), "square", "zhu", strong=True),
    # Registrations
    "unpaid": State(pgettext_lazy("state", "Unpaid"), "ring", "ink2"),
    "paid": State(pgettext_lazy("state", "Paid"), "dot", "song"),
    "exempt": State(pgettext_lazy("state", "Exempt"), "diamond", "song"),
    "lapsed": State(pgettext_lazy("state", "Lapsed"), "dash", "ink2", faint=True),
    "not_enrolled": State(pgettext_lazy("state", "Not enrolling"), "dash", "ink2", faint=True),
    "stopped": State(pgettext_lazy("state", "Stopped"), "cross", "ink2", faint=True),
    # Payments
    "open": State(pgettext_lazy("state", "Open"), "ring", "ink2"),
    "matched": State(pgettext_lazy("state", "Matched"), "dot", "song"),
    "refund_due": State(pgettext_lazy("state", "Refund due"), "half", "zhe"),
    "refunded": State(pgettext_lazy("state", "Refunded"), "diamond-open", "ink2", faint=True),
    "reversed": State(pgettext_lazy("state", "Reversed"), "cross", "ink2", faint=True),
    "pending": State(pgettext_lazy("state", "Awaiting approval"), "half", "zhe"),
    # Files, batches, rankings
    "draft": State(pgettext_lazy("state", "Draft"), "ring", "ink2"),
    "uploaded": State(pgettext_lazy("state", "Uploaded"), "ring", "ink2"),
    "parsed": State(pgettext_lazy("state", "Read"), "ring", "ink2"),
    "checked": State(pgettext_lazy("state", "Checked"), "half", "ink2"),
    "balanced": State(pgettext_lazy("state", "Balanced"), "half", "ink2"),
    "posted": State(pgettext_lazy("state", "Posted"), "dot", "song"),
    "confirmed": State(pgettext_lazy("state", "Confirmed"), "dot", "song"),
    "published": State(pgettext_lazy("state", "Published"), "dot", "song"),
    "voided": State(pgettext_lazy("state", "Voided"), "cross", "ink2", faint=True),
    "refused": State(pgettext_lazy("state", "Refused"), "cross", "zhu", strong=True),
    # Jobs
    "queued": State(pgettext_lazy("state", "Queued"), "ring", "ink2"),
    "running": State(pgettext_lazy("state", "Running"), "half", "ink2"),
    "done": State(pgettext_lazy("state", "Done"), "dot", "song"),
    "failed": State(pgettext_lazy("state", "Failed"), "square", "zhu", strong=True),
}
