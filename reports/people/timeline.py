"""What happened with one person in one campaign, newest first, each with its source."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from config.lib.figures import yuan
from enrollment import ports
from enrollment.facts import Facts, Mark
from enrollment.models import AuditEntry, Campaign, Registration, Resident, SourceFile, User
from enrollment.notice import Policy
from enrollment.rules import with_what_follows
from payments import match_words
from payments.models import Cause, Correction, Match, Part, Payment
from reports.people.cash import taken
from reports.people.claims import claimed
from reports.people.decisions import listed, marked, proved_elsewhere, repriced
from reports.people.event import Event, name_of
from subsidies.queries import marks_held_at

FIELDS = {
    "category": pgettext_lazy("field", "category"),
    "village_id": pgettext_lazy("field", "village"),
    "school_id": pgettext_lazy("field", "school"),
    "household_id": pgettext_lazy("field", "household"),
    "relation": pgettext_lazy("field", "relation to the head"),
    "phone": pgettext_lazy("field", "phone"),
    "name": pgettext_lazy("field", "name"),
}
WAYS = {
    Registration.Source.DESK: gettext_lazy("Registered at the desk"),
    Registration.Source.FILE: gettext_lazy("Registered from a file"),
    Registration.Source.RENEWAL: gettext_lazy("Renewed from last year"),
}
PAYMENT_SHAPES = {
    "matched": "dot",
    "open": "ring",
    "refund_due": "half",
    "refunded": "diamond-open",
    "reversed": "cross",
}


def events(
    campaign: Campaign, resident: Resident, registrations: Sequence[Registration]
) -> list[Event]:
    """Fifteen queries at most, however much happened."""
    found = [
        *_registered(campaign, registrations),
        *_paid(campaign, resident),
        *_matched(campaign, resident),
        *taken(campaign, resident),
        *claimed(campaign, resident),
        *marked(campaign, resident),
        *listed(campaign, resident),
        *proved_elsewhere(campaign, resident),
        *repriced(campaign, resident),
    ]
    # Stable: of one instant, a decision stands over the registration it belongs to.
    return sorted(found, key=lambda event: event.at, reverse=True)


def _registered(campaign: Campaign, rows: Sequence[Registration]) -> Iterator[Event]:
    files = SourceFile.objects.in_bulk([row.source_file_id for row in rows if row.source_file_id])
    changed = {
        entry.object_id: entry.facts.get("changed", [])
        for entry in AuditEntry.objects.filter(
            object_kind="registration", object_id__in=[row.pk for row in rows], action="register"
        )
    }
    for row in rows:
        file = files.get(row.source_file_id or 0)
        if row.hardship:
            yield _decision(campaign, row)
        yield Event(
            at=row.registered_at,
            shape="ok",
            tone="dian",
            what=str(WAYS[Registration.Source(row.source)]),
            text=pgettext("list", "; ").join(_where(row, changed.get(row.pk), file)),
            who=name_of(row.registered_by),
        )
        if row.ended_at:
            yield Event(
                at=row.ended_at,
                shape="cross",
                tone="zhu",
                what=_("Registration ended"),
                text=row.ended_why or "",
                who=name_of(row.ended_by),
            )


def _where(
    row: Registration, changed: Sequence[str] | None, file: SourceFile | None
) -> Iterator[str]:
    yield f"{row.village.parent or ''}{row.village}"
    if row.unit_id != row.village_id:
        yield _("counts to %(unit)s") % {"unit": row.unit}
    yield _("fee %(yuan)s yuan") % {"yuan": yuan(row.fee_fen)}
    if changed:
        words = pgettext("list", ", ").join(str(FIELDS.get(field, field)) for field in changed)
        yield _("changed: %(fields)s") % {"fields": words}
    if file:
        yield file.name


def _decision(campaign: Campaign, row: Registration) -> Event:
    """What was granted then, with the clauses of the policy that was in force then."""
    policy = row.policy_version.read()
    subsidy = _granted(campaign, policy, row)
    rule = policy["subsidies"].of(row.hardship)
    if row.reimbursed_fen:
        what = _("Subsidy: pay %(pay)s, then %(back)s come back") % {
            "pay": yuan(row.own_fen),
            "back": yuan(row.reimbursed_fen),
        }
    elif row.on_behalf_fen:
        what = _("Subsidy: %(fen)s paid on behalf") % {"fen": yuan(row.on_behalf_fen)}
    else:
        what = _("Subsidy: %(fen)s less to pay") % {"fen": yuan(row.deducted_fen)}
    return Event(
        at=row.registered_at,
        shape="diamond",
        tone="dian",
        what=what,
        text=rule.name if rule else row.hardship,
        fen=row.reimbursed_fen or row.on_behalf_fen or row.deducted_fen,
        fen_word=_("comes back") if row.reimbursed_fen else _("granted"),
        who=_("policy version %(n)s") % {"n": row.policy_version.number},
        is_decision=True,
        quoted=subsidy.because if subsidy.category == row.hardship else (),
        left_out=subsidy.not_applied if subsidy.category == row.hardship else (),
    )


def _granted(campaign: Campaign, policy: Policy, row: Registration) -> ports.Subsidy:
    """What the marks that were held when the person was registered brought, as far as is known."""
    held = marks_held_at(campaign, row.resident_id, row.known_at)
    if row.hardship not in [mark.category for mark in held]:
        held = (Mark(row.hardship), *held)
    facts = Facts(
        born_on=row.resident.born_on,
        category=row.category,
        marks=held,
        registered_at=row.registered_at,
        tier=row.tier or None,
    )
    try:
        return ports.subsidy(policy, with_what_follows(policy, facts), row.fee_fen)
    except ports.NotStated:
        return ports.Subsidy()


def _paid(campaign: Campaign, resident: Resident) -> Iterator[Event]:
    payments = list(Payment.objects.of_resident(campaign.pk, resident.pk))
    corrections = list(Correction.objects.filter(payment_id__in=[p.pk for p in payments]))
    files = SourceFile.objects.in_bulk(
        {row.file_id for row in payments} | {row.file_id for row in corrections}
    )
    for row in payments:
        cause = str(Cause(row.cause).label) if row.cause else ""
        yield Event(
            at=row.paid_at,
            shape=PAYMENT_SHAPES[row.standing],
            tone="song" if row.standing == "matched" else "zhe",
            what=" ".join(filter(None, [pgettext("event", "Payment"), row.channel])),
            text="　".join(filter(None, [_receipt(row.receipt), _line(files, row), cause])),
            fen=row.fen,
            who=pgettext("who", "tax bureau"),
            payment_id=row.pk,
            file_id=row.file_id,
        )
    for back in corrections:
        is_refund = back.kind == Correction.Kind.REFUND
        yield Event(
            at=back.paid_at,
            shape="diamond-open" if is_refund else "cross",
            tone="zhe",
            what=pgettext("event", "Refund") if is_refund else pgettext("event", "Reversal"),
            text="　".join(filter(None, [_receipt(back.original_receipt), _line(files, back)])),
            fen=-back.fen,
            who=pgettext("who", "tax bureau"),
            payment_id=back.payment_id,
            file_id=back.file_id,
        )


def _receipt(number: str) -> str:
    return _("receipt …%(tail)s") % {"tail": number[-8:]} if number else ""


def _line(files: dict[int, SourceFile], row: Payment | Correction) -> str:
    file = files.get(row.file_id)
    return _("%(file)s line %(line)s") % {"file": file.name, "line": row.line} if file else ""


def _matched(campaign: Campaign, resident: Resident) -> Iterator[Event]:
    rows = list(Match.objects.of_resident(campaign.pk, resident.pk))
    users = User.objects.in_bulk(
        {pk for row in rows for pk in (row.by_id, row.approved_by_id, row.ended_by_id) if pk}
    )
    for row in rows:
        part = Part(row.part)
        yield Event(
            at=row.known_at,
            shape="dot",
            tone="song",
            what=_("Payment and registration agree")
            if part == Part.OWN
            else _("Payment on behalf agrees"),
            text=pgettext("list", "; ").join(
                filter(
                    None,
                    [match_words.rule(row.rule), match_words.why(row.why), *_second(row, users)],
                )
            ),
            fen=row.fen if row.fen != row.due_fen else None,
            who=name_of(users[row.by_id]),
            payment_id=row.payment_id,
        )
        if row.ended_at:
            yield Event(
                at=row.ended_at,
                shape="cross",
                tone="zhe",
                what=_("Match ended"),
                text=match_words.end(row.ended_why or ""),
                who=name_of(users.get(row.ended_by_id or 0)),
                payment_id=row.payment_id,
            )


def _second(row: Match, users: dict[int, User]) -> Iterator[str]:
    if row.approved_by_id:
        yield _("approved by %(who)s") % {"who": name_of(users.get(row.approved_by_id))}
