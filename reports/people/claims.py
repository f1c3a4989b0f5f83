"""Claims of payment on a person's timeline: told, answered by a payment, dropped, open again."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from enrollment.models import Campaign, Resident
from payments.claims import following, queries
from reports.people.event import Event, name_of


def claimed(campaign: Campaign, resident: Resident) -> Iterator[Event]:
    for claim in queries.of_resident(campaign, resident.pk):
        told = [f"{claim.paid_on:%Y-%m-%d}", claim.channel, claim.told]
        yield Event(
            at=claim.entered_at,
            shape="ring",
            tone="zhe",
            what=_("Says that they paid, and nothing arrived"),
            text="　".join(filter(None, told)),
            fen=claim.fen,
            who=name_of(claim.entered_by),
        )
        for ended in claim.ends.all():
            came = ended.payment_id is not None
            yield Event(
                at=ended.at,
                shape="ok" if came else "cross",
                tone="dian" if came else "ink2",
                what=_("The claimed payment arrived") if came else _("The claim was dropped"),
                text=ended.why,
                fen=claim.fen,
                who=name_of(ended.by),
                payment_id=ended.payment_id,
            )
            if ended.undone_at:
                gone = ended.undone_why == following.GONE
                yield Event(
                    at=ended.undone_at,
                    shape="ring",
                    tone="zhe",
                    what=_("The claim is open again"),
                    text=_("its payment was taken back") if gone else ended.undone_why,
                    fen=claim.fen,
                    who=name_of(ended.undone_by),
                )
