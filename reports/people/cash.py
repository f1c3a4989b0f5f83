"""Cash that was taken of a person, on their timeline: it is not paid before it came back."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from enrollment.models import Campaign, Resident
from payments.collection.queries import takings
from reports.people.event import Event, name_of


def taken(campaign: Campaign, resident: Resident) -> Iterator[Event]:
    for row in takings(campaign.pk, resident.pk):
        batch = row.batch  # type: ignore[attr-defined]
        yield Event(
            at=row.taken_at,
            shape="half",
            tone="zhe",
            what=_("Cash taken"),
            text=_("collection batch %(n)s") % {"n": batch} if batch else _("in no batch yet"),
            fen=row.fen,
            who=name_of(row.taken_by),
        )
        if row.withdrawn_at:
            yield Event(
                at=row.withdrawn_at,
                shape="cross",
                tone="zhe",
                what=_("Cash struck out"),
                text=row.withdrawn_why,
                fen=row.fen,
                who=name_of(row.withdrawn_by),
            )
