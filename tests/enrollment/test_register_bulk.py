"""Registering in bulk by renewal: prices, windows, who is registered elsewhere; the commands."""

import json
import random
import threading
from datetime import date
from io import StringIO

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection

from enrollment import bulk, files
from enrollment.bulk import profiles
from enrollment.errors import Refused
from enrollment.models import (
    Campaign,
    Change,
    Registration,
    Resident,
    SourceFile,
    SourceProblem,
    User,
)
from subsidies.services import mark_hardship
from tests.conftest import assert_table, at
from tests.enrollment.people import number, write

NOW = at("2022-11-18 16:30")
WANG, LI, ZHAO, SUN = (number("19800101", order) for order in (1, 2, 3, 4))
PARTS = ["resident__name", "fee_fen", "own_fen", "on_behalf_fen", "reimbursed_fen", "hardship"]


def quiet(*_):
    pass


@pytest.fixture
def renew(campaign):
    def renew(now=NOW):
        return bulk.renew(campaign, by=User.system(), now=now, progress=quiet)

    return renew


@pytest.fixture
def register(campaign, tmp_path):
    """register([{column: cell}, …]) → what the command answers."""

    def register(rows, to=campaign, now=NOW):
        path = write(tmp_path / "registrations.csv", rows)
        file = files.take_in(to, "registrations", path.name, path, User.system(), now)
        return bulk.register_file(file, path, by=User.system(), now=now, progress=quiet)

    return register


@pytest.fixture
def other_campaign(campaign, places):
    """Another county's campaign for the same insurance and year, under the same rules."""
    from enrollment.models import PolicyVersion, Region

    county = Region.objects.create(key="other", name="平安县", level="county", path="/999999/")
    other = Campaign.objects.create(
        slug="other-2023", title="other", label="2023", region=county, insurance="390",
        coverage_from=campaign.coverage_from, coverage_until=campaign.coverage_until, state="open",
    )  # fmt: skip
    version = campaign.policy_version
    PolicyVersion.objects.create(
        campaign=other, number=1, source=version.source, sha256="", loaded_at=NOW,
        loaded_by=User.system(),
    )  # fmt: skip
    return other


def counts(result):
    return tuple(result[key] for key in ("read", "registered", "known", "rejected"))


def at_desk(campaign, resident, **more):
    """A registration as the desk leaves it."""
    values = {
        "campaign": campaign, "resident": resident, "insurance": "390",
        "coverage_from": campaign.coverage_from, "village": resident.village,
        "unit": resident.village, "category": "1501", "registered_at": at("2022-11-01 09:00"),
        "known_at": NOW, "registered_by": User.system(), "source": "desk", "fee_fen": 35000,
        "own_fen": 35000, "policy_version": campaign.policy_version,
    }  # fmt: skip
    return Registration.objects.create(**values | more)


# --- renewal


def test_a_renewal_registers_last_years_people_where_they_live_now(renew, make_resident, places):
    wang = make_resident("王小明", number=WANG, prior=True)
    Resident.objects.filter(pk=wang.pk).update(village=places["south-2"])  # moved within the county
    make_resident("李四", number=LI, prior=True)
    make_resident("赵新", number=ZHAO)  # not enrolled last year
    result = renew()
    assert counts(result) == (2, 2, 0, 0)
    assert_table(
        Registration,
        [
            "resident__name",
            "village__key",
            "unit__key",
            "source",
            "source_file_id",
            "registered_at",
        ],
        [
            ("王小明", "south-2", "south-2", "renewal", result["file"], NOW),
            ("李四", "north-1", "north-1", "renewal", result["file"], NOW),
        ],
    )


def test_a_renewal_again_finds_everyone_known(renew, make_resident):
    make_resident("王小明", number=WANG, prior=True)
    renew()
    assert counts(renew()) == (1, 0, 1, 0)
    assert Registration.objects.count() == 1


def test_who_was_withdrawn_is_registered_anew(renew, make_resident, campaign):
    wang = make_resident("王小明", number=WANG, prior=True)
    at_desk(campaign, wang, ended_at=NOW, ended_by=User.system(), ended_why="moved")
    assert counts(renew()) == (1, 1, 0, 0)
    assert Registration.objects.standing().count() == 1


def test_only_last_year_of_the_same_insurance_is_renewed(renew, make_resident, campaign):
    from enrollment.models import PriorEnrollment

    for person, facts in (
        (make_resident("王", number=WANG), {"insurance": "310", "coverage_from": date(2022, 1, 1)}),
        (make_resident("李", number=LI), {"insurance": "390", "coverage_from": date(2021, 1, 1)}),
    ):
        PriorEnrollment.objects.create(resident_id=person.pk, village=person.village, **facts)
    assert counts(renew()) == (0, 0, 0, 0)
    assert not Change.objects.exists()


def test_a_renewal_names_who_is_registered_elsewhere_masked(renew, make_resident, other_campaign):
    wang = make_resident("王小明", number=WANG, prior=True)
    at_desk(other_campaign, wang)
    result = renew()
    assert counts(result) == (1, 0, 0, 1)
    assert result["problems"] == {"registered_elsewhere": 1}
    message = SourceProblem.objects.get().message
    assert "平安县, 2022-11-01" in message and "城北镇 东湖村 王*" in message
    assert "小明" not in message


def test_a_renewal_outside_every_window_is_refused_with_the_clause(renew, make_resident):
    make_resident("王小明", number=WANG, prior=True)
    with pytest.raises(Refused, match="三"):
        renew(now=at("2023-01-01 00:00"))
    assert not SourceFile.objects.exists()
    assert counts(renew(now=at("2022-12-31 23:59"))) == (1, 1, 0, 0)


@pytest.mark.parametrize("state", ["draft", "closed", "archived"])
def test_nobody_is_registered_in_a_campaign_that_is_not_working(renew, campaign, state):
    campaign.state = state
    with pytest.raises(Refused):
        renew()


@pytest.mark.parametrize("seed", range(10))
def test_a_renewal_does_what_plain_python_would(
    renew, make_resident, campaign, other_campaign, seed
):
    """People drawn with every mix of prior year, mark and earlier registration."""
    dice, due = random.Random(seed), {}
    expected = {"registered": 0, "known": 0, "rejected": 0}
    for order in range(1, 13):
        prior, mark = dice.random() < 0.8, dice.choice(["", "", "five_guarantees", "monitored"])
        stands = dice.choice(["", "", "here", "elsewhere", "ended"])
        person = make_resident(f"王{order}", number=number("19800101", order), prior=prior)
        if mark:
            mark_hardship(
                campaign=campaign, resident=person, category=mark, source="名单",
                recognised_on=date(2022, 10, 1), by=User.system(), now=NOW,
            )  # fmt: skip
        if stands == "ended":
            at_desk(campaign, person, ended_at=NOW, ended_by=User.system(), ended_why="moved")
        elif stands:
            at_desk(campaign if stands == "here" else other_campaign, person)
        if not prior:
            continue
        outcome = {"here": "known", "elsewhere": "rejected"}.get(stands, "registered")
        expected[outcome] += 1
        if outcome == "registered":
            due[person.pk] = (0 if mark == "five_guarantees" else 35000, mark)
    result = renew()
    assert {name: result[name] for name in expected} == expected
    assert result["read"] == sum(expected.values())
    written = Registration.objects.filter(source="renewal")
    assert {r.resident_id: (r.own_fen, r.hardship) for r in written} == due


# --- prices


def test_each_profile_has_its_price(renew, make_resident, campaign):
    """Fee 350 yuan. 五保: all of it on behalf; 低保: 80 back; 监测 and 低保: the higher, 250."""
    marks = {
        "王小明": (WANG, []),
        "李四": (LI, ["five_guarantees"]),
        "赵六": (ZHAO, ["minimum_living"]),
        "孙七": (SUN, ["minimum_living", "monitored"]),
    }
    for name, (paper, categories) in marks.items():
        person = make_resident(name, number=paper, prior=True)
        for category in categories:
            mark_hardship(
                campaign=campaign, resident=person, category=category, source="名单",
                recognised_on=date(2022, 10, 1), by=User.system(), now=NOW,
            )  # fmt: skip
    renew()
    assert_table(
        Registration,
        PARTS,
        [
            ("王小明", 35000, 35000, 0, 0, ""),
            ("李四", 35000, 0, 35000, 0, "five_guarantees"),
            ("赵六", 35000, 35000, 0, 8000, "minimum_living"),
            ("孙七", 35000, 35000, 0, 25000, "monitored"),
        ],
    )


def test_a_profile_is_priced_once(renew, make_resident, monkeypatch):
    asked = []
    price = profiles.price

    def noting(policy, facts, **how):
        asked.append(facts)
        return price(policy, facts, **how)

    monkeypatch.setattr(profiles, "price", noting)
    for order in range(1, 6):
        make_resident(f"王{order}", number=number("19800101", order), prior=True)
    renew()
    assert [facts.category for facts in asked] == ["1501"]


@pytest.mark.django_db(transaction=True)
def test_a_desk_that_saves_in_between_makes_the_person_known(renew, make_resident, campaign):
    """The desk's row is there but not committed when the bulk insert meets it."""
    wang = make_resident("王小明", number=WANG, prior=True)
    make_resident("李四", number=LI, prior=True)
    values = connection.settings_dict
    desk = psycopg2.connect(dbname=values["NAME"], user=values["USER"], host=values["HOST"])
    with desk.cursor() as cursor:
        cursor.execute(
            "insert into enrollment_registration (campaign_id, resident_id, insurance,"
            " coverage_from, village_id, unit_id, category, registered_at, known_at,"
            " registered_by_id, source, fee_fen, own_fen, on_behalf_fen, deducted_fen,"
            " reimbursed_fen, hardship, policy_version_id) values (%s, %s, '390', %s, %s, %s,"
            " '1501', now(), now(), %s, 'desk', 35000, 35000, 0, 0, 0, '', %s)",
            [
                campaign.pk, wang.pk, campaign.coverage_from, wang.village_id, wang.village_id,
                User.system().pk, campaign.policy_version.pk,
            ],
        )  # fmt: skip
    threading.Timer(0.7, desk.commit).start()
    result = renew()
    desk.close()
    assert counts(result) == (2, 1, 1, 0)
    assert_table(
        Registration, ["resident__name", "source"], [("王小明", "desk"), ("李四", "renewal")]
    )


# --- commands


def test_the_command_renews_without_a_file_and_registers_with_one(
    campaign, make_resident, tmp_path
):
    make_resident("王小明", number=WANG, prior=True)
    path = write(tmp_path / "new.csv", [{"姓名": "李四", "证件号码": LI}])

    def run(*arguments):
        out = StringIO()
        call_command(
            "register", campaign.slug, *arguments, json=True, stdout=out, stderr=StringIO()
        )
        return json.loads(out.getvalue().splitlines()[-1])

    assert counts(run()) == (1, 1, 0, 0)
    assert counts(run(path)) == (1, 1, 0, 0)


def test_the_command_refuses_on_one_line(campaign):
    err = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("register", campaign.slug, now="2023-01-01", stdout=StringIO(), stderr=err)
    assert end.value.code == 1
    assert len(err.getvalue().strip().splitlines()) == 1
