"""What payments answers, hears of and reads for the ground floor."""

from collections import defaultdict
from collections.abc import Sequence

from enrollment import changes, clock, ports
from enrollment.models import Campaign, Change, User
from payments import bulk, queries, sections, services
from payments import jobs as jobs  # registers the handlers of its jobs
from payments.claims import following as claims_following
from payments.claims import queries as claims
from payments.collection import following, held
from payments.tax_out import jobs as tax_jobs  # noqa: F401
from subsidies.payouts import due


def open_doors() -> None:
    sections.register_sections()
    ports.answers("paid_states", queries.paid_states)
    ports.answers("stage_settled", bulk.stage_settled)
    ports.answers("payments_of", queries.payments_of)
    ports.answers("cash_taken", claims.words_at_the_desk)
    ports.answers("cash_alarm", held.alarm_words)
    changes.subscribe("payments", look_again)
    changes.subscribe("collection", following.look_again)  # follows the matches
    changes.subscribe("claims", claims_following.look_again)  # follows payments and matches
    changes.subscribe("pay_outs", due.look_again)  # after payments: they follow what is settled


def look_again(changed: Sequence[Change]) -> None:
    """Payments follow their people: registered at last, registered elsewhere, taken back.

    A registration counts in every campaign of its insurance and period ("wrong place"). A file
    that was posted is looked at too: who was registered while it was being posted committed
    unseen by it.
    """
    people: dict[int, set[int]] = defaultdict(set)
    whole: set[int] = set()
    for change in changed:
        if change.kind == changes.PAYMENTS_DECIDED:
            continue  # our own, and derived already
        if change.resident_id is None:
            whole.add(change.campaign_id)
        else:
            people[change.campaign_id].add(change.resident_id)
    by = User.system()
    for campaign_id in sorted(whole | set(people)):
        for campaign in _siblings(campaign_id):
            now = clock.now(campaign)
            if campaign_id in whole:
                services.classify_open(campaign, by=by, now=now)
            if people[campaign_id]:
                services.classify_people(campaign, people[campaign_id], by=by, now=now)


def _siblings(campaign_id: int) -> list[Campaign]:
    one = Campaign.objects.get(pk=campaign_id)
    return list(
        Campaign.objects.filter(insurance=one.insurance, coverage_from=one.coverage_from).order_by(
            "pk"
        )
    )
