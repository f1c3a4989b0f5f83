"""The line above the decision: what was just done, and the way to take it back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages

from enrollment.http import Request

ACTION, DONE = "action:", "done:"  # what stands behind a message, in its extra tags


@dataclass(frozen=True)
class Said:
    """`action`: of what its proposer can take back at once. `payment`: of one that was approved,
    0 for many; None where neither is so."""

    level_tag: str
    text: str
    action: str = ""
    payment: int | None = None

    def __str__(self) -> str:
        return self.text


def proposed(request: Request, text: str, action: UUID) -> None:
    messages.success(request, text, extra_tags=f"{ACTION}{action}")


def approved(request: Request, text: str, payment_ids: list[int]) -> None:
    one = payment_ids[0] if len(payment_ids) == 1 else 0
    messages.success(request, text, extra_tags=f"{DONE}{one}")


def said(request: Request) -> list[Said]:
    return [_read(note) for note in messages.get_messages(request)]


def _read(note: Any) -> Said:
    behind = note.extra_tags or ""
    text = str(note)
    if behind.startswith(ACTION):
        return Said(note.level_tag, text, action=behind.removeprefix(ACTION))
    if behind.startswith(DONE):
        return Said(note.level_tag, text, payment=int(behind.removeprefix(DONE)))
    return Said(note.level_tag, text)
