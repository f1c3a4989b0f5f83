"""The second door: writes that apps above must hear of (an outbox, see models.Change)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from enrollment.models import Change

Handler = Callable[[Sequence[Change]], None]
_handlers: dict[str, Handler] = {}

REGISTERED = "registered"  # one person, or all of `source_file_id`
PEOPLE_KNOWN = "people_known"  # the people of `source_file_id` are in the register now
REGISTRATION_ENDED = "registration_ended"
PAYMENTS_POSTED = "payments_posted"  # all of `source_file_id`
PAYMENTS_DECIDED = "payments_decided"  # by people, or all anew; the standings are derived already
MARKS_CHANGED = "marks_changed"  # hardship marks, by the roster `source_file_id`
REASON_SAID = "reason_said"  # why one person is not enrolled: said, confirmed or taken back


def subscribe(subscriber: str, handler: Handler) -> None:
    """`handler` must stand being given the same facts twice: it derives, it does not add."""
    _handlers[subscriber] = handler


def append(
    kind: str,
    *,
    campaign_id: int,
    at: datetime,
    resident_id: int | None = None,
    source_file_id: int | None = None,
) -> None:
    """Tell every subscriber, in the transaction of the write itself."""
    Change.objects.bulk_create(
        Change(
            subscriber=subscriber,
            kind=kind,
            campaign_id=campaign_id,
            resident_id=resident_id,
            source_file_id=source_file_id,
            at=at,
        )
        for subscriber in _handlers
    )


def consume(limit: int = 10_000) -> int:
    """Hand each subscriber what waits for it, in the order of subscription. Returns how many.

    What comes in meanwhile is left to the next turn: while people work at their desks there is
    always more, and a command would never end.
    Rows are deleted in the transaction in which their handler ran: a crash brings them back.
    SKIP LOCKED: two workers never consume one row, and none waits for the other.
    """
    consumed = 0
    for subscriber, handler in _handlers.items():
        waiting = Change.objects.filter(subscriber=subscriber)
        newest = waiting.aggregate(newest=Max("id"))["newest"] or 0
        while True:
            with transaction.atomic():
                rows = list(
                    waiting.select_for_update(skip_locked=True)
                    .filter(id__lte=newest)
                    .order_by("id")[:limit]
                )
                if not rows:
                    break
                handler(rows)
                Change.objects.filter(id__in=[row.id for row in rows]).delete()
                consumed += len(rows)
    return consumed
