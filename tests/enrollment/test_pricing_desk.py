"""The desk under a notice with rules for persons (tests/data/rich-2023.toml)."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse

from enrollment.errors import Refused
from enrollment.models import Registration, Resident, User
from enrollment.services import registrations
from enrollment.services.campaigns import load_notice
from enrollment.services.people import Person
from subsidies.models import Entitlement
from tests.conftest import at
from tests.enrollment.people import number

RICH = Path(__file__).parents[1] / "data" / "rich-2023.toml"
NOW = at("2022-11-18 16:30")
STUDENT = number("20020101", 1)


@pytest.fixture
def rich(campaign):
    return load_notice(RICH, by=User.system(), now=NOW, practice=True)


@pytest.fixture
def register(rich, places, cast):
    """register("411328…", born_on, category) → Registration, as Bob writes it at the desk."""

    def register(paper, born_on, category):
        return registrations.register_one(
            campaign=rich,
            person=Person(
                "resident_id", paper, "王芳", village=places["north-1"], category=category,
                born_on=born_on, sex="F",
            ),
            by=cast["bob"],
            now=NOW,
            save_key=uuid4(),
            confirmed=frozenset({f"category:{category}"}),
        ).registration  # fmt: skip

    return register


def test_the_price_goes_by_the_persons_own_facts(register):
    """Under 18 on 2022-02-28: 200 yuan; born in the sixties: 300; anybody else: 350."""
    assert register("411328200601012521", date(2006, 1, 1), "1403").fee_fen == 20000
    assert register("411328196501012521", date(1965, 1, 1), "1501").fee_fen == 30000
    assert register("411328198001012521", date(1980, 1, 1), "1501").fee_fen == 35000


def test_whoever_the_notice_does_not_admit_is_refused_with_clause_and_words(register):
    with pytest.raises(registrations.NotEligible) as caught:
        register("411328200201012521", date(2002, 1, 1), "1404")
    (said,) = caught.value.messages
    assert "二（二）" in said and "大学生在 11 月 15 日前参保" in said and "王芳" in said
    assert not Registration.objects.exists() and not Resident.objects.exists()


def test_what_the_notice_does_not_state_is_refused_with_the_clause(
    register, rich, make_resident, cast
):
    worker = make_resident("王芳", number="411328198001012521")
    Entitlement.objects.create(
        campaign=rich, resident=worker, category="named_only", recognised_on=date(2022, 10, 1),
        source="名单", known_at=NOW, marked_by=cast["alice"],
    )  # fmt: skip
    with pytest.raises(Refused, match="五（二）"):
        register("411328198001012521", date(1980, 1, 1), "1501")
    assert not Registration.objects.exists()


def test_the_look_up_says_who_may_not_enroll_and_why(rich, sign_in, make_resident):
    make_resident("王芳", number=STUDENT, category="1404")
    page = sign_in("bob").post(
        reverse("desk-lookup", args=[rich.slug]),
        {"kind": "resident_id", "number": STUDENT},
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert "不能参保" in text and "二（二）" in text
