"""Taking a registration of the desk back, within ten minutes."""

from datetime import timedelta

import pytest

from enrollment import changes, ports
from enrollment.models import (
    AuditEntry,
    Change,
    Registration,
)
from enrollment.services import registrations
from payments.models import Match
from tests.conftest import assert_table
from tests.enrollment.test_registrations import NOW, person, register

__all__ = ["person", "register"]


def test_within_ten_minutes_it_can_be_taken_back(campaign, cast, person, register):
    saved = register(person("王芳")).registration
    later = NOW + timedelta(minutes=9, seconds=59)
    registrations.withdraw(registration=saved, by=cast["bob"], now=later, why="登记错人")
    assert_table(
        Registration,
        ["ended_at", "ended_by__username", "ended_why"],
        [(later, "bob", "登记错人")],
    )
    assert Change.objects.filter(kind=changes.REGISTRATION_ENDED).exists()
    assert AuditEntry.objects.get(action="withdraw_registration").why == "登记错人"
    assert register(person("王芳"), now=later).registration != saved  # and made anew


def test_after_ten_minutes_it_stands(cast, person, register):
    saved = register(person("王芳")).registration
    with pytest.raises(registrations.TooLateToUndo):
        registrations.withdraw(
            registration=saved, by=cast["bob"], now=NOW + timedelta(minutes=10), why="登记错人"
        )
    assert Registration.objects.standing().exists()


def test_no_reason_another_clerk_a_second_time(cast, person, register):
    saved = register(person("王芳")).registration
    for by, why in (("bob", "  "), ("charlie", "登记错人")):
        with pytest.raises(registrations.Refused):
            registrations.withdraw(registration=saved, by=cast[by], now=NOW, why=why)
    registrations.withdraw(registration=saved, by=cast["bob"], now=NOW, why="登记错人")
    with pytest.raises(registrations.Refused):
        registrations.withdraw(registration=saved, by=cast["bob"], now=NOW, why="登记错人")
    assert AuditEntry.objects.filter(action="withdraw_registration").count() == 1


def test_a_paid_registration_is_not_taken_back(campaign, cast, person, register):
    saved = register(person("王芳")).registration
    Match.objects.create(
        campaign_id=campaign.pk,
        payment_id=1,
        registration_id=saved.pk,
        resident_id=saved.resident_id,
        part="own",
        fen=35000,
        due_fen=35000,
        policy_version_id=campaign.policy_version.pk,
        rule="number",
        at=NOW,
        known_at=NOW,
        by_id=cast["bob"].pk,
    )
    assert ports.paid_states(campaign.pk, [saved.pk]) == {saved.pk: "paid"}
    with pytest.raises(registrations.Refused):
        registrations.withdraw(registration=saved, by=cast["bob"], now=NOW, why="登记错人")
    assert Registration.objects.standing().exists()
