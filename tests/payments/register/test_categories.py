"""A category that the village corrects: what each owes follows; what was paid stands."""

from typing import Any

import pytest

from enrollment import changes, ports
from enrollment.models import Registration
from tests.payments.lines import Row
from tests.payments.register.world import NOW, WIFE, edited

# 大学生 owe 280; 学龄前 are not admitted.
FEES = """[[fee.rules]]
name = "大学生"
individual_fen = 28000
when = { category = "1404" }
clause = "二（三）"

[[fee.rules]]
name = "其他居民"
individual_fen = 35000

[eligibility]
otherwise = "admit"
clause = "一"

[[eligibility.exclusions]]
key = "preschool"
name = "学龄前"
when = { category = "1402" }
clause = "二（一）"
words = "学龄前儿童随父母另行参保"

[fiscal]"""


@pytest.fixture(autouse=True)
def _by_category(campaign: Any) -> None:
    version = campaign.policy_version
    version.source = version.source.replace("[fiscal]", FEES, 1)
    version.save()
    campaign.__dict__.pop("_policy", None)


@pytest.fixture
def correct(handed_out: Any, bring: Any, decide: Any) -> Any:
    """correct("王秀英", "大学生") → Decided, changes consumed."""

    def corrected(name: str, category: str) -> Any:
        bring(edited(handed_out("north-1"), {name: {"人员类别": category}}))
        done = decide()
        changes.consume()
        return done

    return corrected


def owed(resident: Any) -> tuple[Any, ...]:
    row = Registration.objects.standing().get(resident=resident)
    resident.refresh_from_db()
    return resident.category, row.category, row.fee_fen, row.own_fen, row.on_behalf_fen


def sound(campaign: Any) -> dict[str, Any]:
    from payments.books import checks

    return {check.name: check.rows for check in checks(campaign) if not check.ok}


def test_who_has_not_paid_owes_by_the_new_category_and_a_payment_of_it_matches(
    campaign, family, correct, take
):
    from payments.models import Match, Payment

    wife = family["wife"]
    take([Row(number=WIFE, name="王秀英", receipt="2", yuan="280")])
    assert Payment.objects.get(fen=28000).cause == "too_little"
    done = correct("王秀英", "大学生")
    assert (done.accepted, done.problems, done.told) == (1, [], [])
    assert owed(wife) == ("1404", "1404", 28000, 28000, 0)
    assert Match.objects.get(resident_id=wife.pk, ended_at=None).due_fen == 28000
    assert sound(campaign) == {}
    from enrollment.models import AuditEntry

    entry = AuditEntry.objects.get(action="correct_category")
    assert (entry.facts["was"] != "1404", entry.by.username) == (True, "bob")


def test_what_was_paid_stands_and_that_is_told(campaign, family, correct):
    from payments.models import Match

    zhao = family["zhao"]
    done = correct("赵建国", "大学生")
    assert (done.accepted, done.problems) == (1, [])
    assert len(done.told) == 1 and "赵建国" in done.told[0] and "不变" in done.told[0]
    assert owed(zhao) == ("1404", "1404", 35000, 35000, 0)
    match = Match.objects.get(resident_id=zhao.pk, ended_at=None)
    assert (match.fen, match.due_fen) == (35000, 35000)
    registration = Registration.objects.standing().get(resident=zhao)
    assert ports.paid_states(campaign.pk, [registration.pk]) == {registration.pk: "paid"}
    assert sound(campaign) == {}


def test_who_is_exempt_stays_exempt_and_less_is_paid_on_behalf(campaign, family, correct):
    five = family["five"]
    assert owed(five)[3:] == (0, 35000)
    assert correct("赵德山", "大学生").accepted == 1
    assert owed(five) == ("1404", "1404", 28000, 0, 28000)
    assert sound(campaign) == {}


def test_who_is_not_registered_is_only_called_so(family, correct):
    assert correct("赵鹏", "大学生").accepted == 1
    family["son"].refresh_from_db()
    assert family["son"].category == "1404"
    assert not Registration.objects.filter(resident=family["son"]).exists()


def test_a_category_that_the_notice_does_not_admit_is_not_accepted(family, correct):
    before = owed(family["wife"])
    done = correct("王秀英", "学龄前儿童")
    assert (done.accepted, len(done.problems)) == (0, 1)
    assert "学龄前儿童随父母另行参保" in done.problems[0]
    assert owed(family["wife"]) == before


def test_cash_that_was_taken_by_the_old_sum_is_told(campaign, family, correct, cast):
    from payments.collection.services import take_cash

    registration = Registration.objects.standing().get(resident=family["wife"])
    take_cash(campaign, [registration.pk], by=cast["erin"], at=NOW, now=NOW)
    done = correct("王秀英", "大学生")
    assert done.accepted == 1 and "原金额" in done.told[0]


def test_a_category_that_the_desk_corrected_since_is_not_written_over(
    handed_out, bring, decide, family
):
    bring(edited(handed_out("north-1"), {"王秀英": {"人员类别": "大学生"}}))
    Registration.objects.filter(resident=family["wife"]).update(category="1601")
    done = decide()
    assert (done.accepted, len(done.problems)) == (0, 1)
