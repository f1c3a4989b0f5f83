"""Denominators of people known one by one, and breaking a target down by them."""

import re
from datetime import date

import pytest

from quotas import denominators
from quotas.models import Exclusion
from subsidies.models import Entitlement
from tests.conftest import at
from tests.reports.facts import Fact, Paid, Writer

pytestmark = pytest.mark.django_db
NOW = at("2022-11-18 16:30")
URL = "/c/small-2023/denominators/"
RULES = """
[[denominators]]
key = "poor"
name = "困难群体"
of = "hardship"
threshold_bp = 10000

[[denominators]]
key = "pupils"
name = "在校学生"
of = "students"
threshold_bp = 9000

[[denominators]]
key = "babies"
name = "新生儿"
of = "newborns"
born_from = 2022-09-01
"""


@pytest.fixture
def rules(campaign):
    version = campaign.policy_version
    type(version).objects.filter(pk=version.pk).update(source=version.source + RULES)
    campaign = type(campaign).objects.get(pk=campaign.pk)
    return {rule.key: rule for rule in campaign.policy["denominators"]}


@pytest.fixture
def write(campaign, places, make_resident):
    return Writer(campaign, places, make_resident)


def mark(campaign, resident, category="low_income"):
    from enrollment.models import User

    return Entitlement.objects.create(
        campaign=campaign, resident=resident, category=category, source="名单",
        recognised_on=date(2022, 9, 1), known_at=NOW, marked_by=User.system(),
    )  # fmt: skip


def shares(campaign, rule, places, *keys):
    found = denominators.shares(campaign, rule, [places[key] for key in keys], NOW)
    return [(each.known, each.enrolled, each.rate_bp, each.missing) for each in found]


def paid():
    return [Paid(at("2022-11-17 10:00"))]


def test_of_hardship_people_those_enrolled_are_told_apart(
    campaign, places, rules, write, make_resident
):
    enrolled = [
        write(Fact("north-1", at("2022-11-02 10:00"), paid=paid())).resident for _n in range(2)
    ]
    unpaid = write(Fact("north-1", at("2022-11-02 10:00"))).resident
    nowhere = make_resident("赵六", number="139901198001010019", village="south-1")
    write(Fact("north-1", at("2022-11-02 10:00"), paid=paid()))  # enrolled, and not marked
    for person in (*enrolled, unpaid, nowhere):
        mark(campaign, person)
    # county: 2 of 4 are 50 %, all 4 are wanted; north: 2 of 3 are 66.66 %; south: 0 of 1
    assert shares(campaign, rules["poor"], places, "county", "north", "south") == [
        (4, 2, 5000, 2),
        (3, 2, 6666, 1),
        (1, 0, 0, 1),
    ]


def test_a_person_with_two_marks_is_one_person(campaign, places, rules, write):
    person = write(Fact("north-1", at("2022-11-02 10:00"), paid=paid())).resident
    mark(campaign, person)
    mark(campaign, person, "extreme_poverty")
    assert shares(campaign, rules["poor"], places, "north") == [(1, 1, 10000, 0)]


def test_students_and_newborns_are_told_from_the_register(campaign, places, rules, write):
    write(Fact("north-1", at("2022-11-02 10:00"), paid=paid()), category="1403")
    write(Fact("south-1", at("2022-11-02 10:00")), category="1404")
    born = {"2022-08-31": False, "2022-09-01": True, "2022-11-18": False, "2022-11-19": True}
    for day, settled in born.items():
        fact = Fact("south-2", at("2022-11-02 10:00"), paid=paid() if settled else [])
        person = write(fact, category="1401").resident
        person.born_on = date.fromisoformat(day)
        person.save()
    # 90 % of 2 students are 1.8, so 2 are wanted; 90 % of 1 is 1
    assert shares(campaign, rules["pupils"], places, "county", "north", "south") == [
        (2, 1, 5000, 1),
        (1, 1, 10000, 0),
        (1, 0, 0, 1),
    ]
    # born on September 1 and November 18; before and after do not count; no threshold
    assert shares(campaign, rules["babies"], places, "county") == [(2, 1, 5000, None)]


def test_a_figure_entered_takes_the_place_of_the_count_and_people_can_be_excluded(
    campaign, places, rules, write, cast
):
    write(Fact("north-1", at("2022-11-02 10:00"), paid=paid()), category="1403")
    write(Fact("north-1", at("2022-11-02 10:00")), category="1403")
    campaign = type(campaign).objects.get(pk=campaign.pk)
    common = {"campaign": campaign, "key": "pupils", "region": places["north"]}
    common |= {"by": cast["alice"], "now": NOW, "why": "转出"}
    denominators.exclude(reason="moved", persons=1, **common)
    (share,) = denominators.shares(campaign, rules["pupils"], [places["north"]], NOW)
    assert (share.known, share.persons, share.rate_bp, share.from_register) == (2, 1, 10000, True)
    denominators.set_figure(persons=5, **common)
    (share,) = denominators.shares(campaign, rules["pupils"], [places["north"]], NOW)
    assert (share.known, share.persons, share.enrolled, share.from_register) == (5, 4, 1, False)
    assert Exclusion.objects.count() == 1


def test_the_page_leads_to_the_list_that_sums_to_the_missing(
    campaign, places, rules, write, sign_in
):
    from reports.progress import rollups

    for _n in range(2):
        mark(campaign, write(Fact("north-1", at("2022-11-02 10:00"))).resident)
    rollups.refresh(campaign, as_of=NOW)
    client = sign_in("heidi")
    html = client.get(URL, {"key": "poor"}).content.decode()
    link = f"/c/small-2023/people/?region={places['north'].pk}&amp;status=marked"
    assert re.search(re.escape(link) + r'">2</a>', html)
    listed = client.get(link.replace("&amp;", "&")).content.decode()
    assert "王1" in listed and "王2" in listed


def test_a_target_can_be_shared_out_by_students(campaign, places, rules, write, sign_in):
    for village, people in (("north-1", 3), ("north-2", 1)):
        for _n in range(people):
            write(Fact(village, at("2022-11-02 10:00")), category="1403")
    path = f"/c/small-2023/targets/notice/{places['north'].pk}/break-down/"
    html = sign_in("alice").get(path, {"by": "of-pupils"}).content.decode()
    # 10 by 3 : 1 are 7.5 each half: the larger remainder is equal, the earlier place takes it
    assert re.findall(r'name="place-\d+" value="(\d+)"', html) == ["8", "2"]


def test_born_from_is_for_newborns_only():
    from tests.quotas.test_sections import refusal

    assert "born_from" in refusal(RULES.replace('of = "students"', 'of = "newborns"').replace(
        'of = "newborns"\nborn_from', 'of = "residents"\nborn_from'))  # fmt: skip
