"""Looking one number up: what one's own region sees, what others see, and how often."""

from datetime import timedelta
from uuid import uuid4

import pytest

from enrollment.models import Identity, LookUp, Region
from enrollment.services import lookups, registrations
from enrollment.services.people import Person
from enrollment.services.regions import load_regions
from tests.conftest import assert_table, at
from tests.enrollment.people import number

AT = at("2026-05-04 09:00")  # real time: the limits are real, also in practice
NOW = at("2022-11-18 16:30")
WANG, LI = number("19800101", 1), number("19800101", 2)
LOGGED = ["by__username", "resident_id", "outside"]


@pytest.fixture
def look_up(campaign, cast):
    def look_up(paper=WANG, by="bob", at=AT):
        return lookups.look_up(
            campaign=campaign, kind="resident_id", number=paper, by=cast[by], at=at
        )

    return look_up


@pytest.fixture
def registered(campaign, cast, places):
    """registered("王芳", WANG, "south-1", by="charlie") → Registration."""

    def registered(name, paper, village, by):
        person = Person("resident_id", paper, name, "1501", places[village])
        return registrations.register_one(
            campaign=campaign, person=person, by=cast[by], now=NOW, save_key=uuid4()
        ).registration

    return registered


def test_nobody_holds_the_number(look_up):
    assert look_up() == lookups.Answer()
    assert_table(LookUp, LOGGED, [("bob", None, False)])


def test_someone_of_ones_own_region(make_resident, look_up):
    wang = make_resident("王芳", number=WANG)
    answer = look_up()
    assert answer.identity.resident == wang
    assert (answer.standing, answer.elsewhere) == (None, None)
    assert_table(LookUp, LOGGED, [("bob", wang.pk, False)])


def test_someone_registered_here(look_up, registered):
    saved = registered("王芳", WANG, "north-2", "bob")
    assert look_up().standing == saved


def test_of_another_region_three_facts_and_no_more(make_resident, look_up, registered):
    wang = make_resident("王小芳", number=WANG, village="south-1")
    assert look_up() == lookups.Answer(
        elsewhere=lookups.Elsewhere("王*芳", "安平县城南乡", None)  # same county: its township
    )
    registered("王小芳", WANG, "south-1", "charlie")
    assert look_up().elsewhere.registered_on == NOW.date()
    assert_table(LookUp, LOGGED, [("bob", wang.pk, True), ("bob", wang.pk, True)])


OTHER_COUNTY = """key,parent,level,kind,position,name
city,,city,division,1,平市
other,city,county,division,1,远县
town,other,township,division,1,远镇
village,town,village,division,1,远村
"""


def test_of_another_county_city_and_county_are_told(tmp_path, make_resident, look_up):
    (tmp_path / "regions.csv").write_text(OTHER_COUNTY, "utf-8")
    load_regions(tmp_path / "regions.csv")
    wang = make_resident("王小芳", number=WANG)
    wang.village = Region.objects.get(key="village")
    wang.save()
    assert look_up().elsewhere.place == "平市远县"


def test_ones_own_person_registered_elsewhere(make_resident, look_up, registered):
    wang = make_resident("王小芳", number=WANG, village="south-1")
    registered("王小芳", WANG, "south-1", "charlie")
    wang.refresh_from_db()
    wang.village = Region.objects.get(key="north-1")
    wang.save()
    answer = look_up()
    assert answer.identity.resident == wang
    assert (answer.standing, answer.elsewhere.place) == (None, "安平县城南乡")


def test_the_county_sees_all_its_townships(make_resident, look_up):
    make_resident("王芳", number=WANG, village="south-1")
    assert look_up(by="alice").identity is not None


# --- a member of a household on the screen


def test_a_member_is_found_without_a_number(campaign, cast, make_resident):
    wang = make_resident("王芳", number=WANG)
    answer = lookups.look_up_member(campaign=campaign, resident_id=wang.pk, by=cast["bob"], at=AT)
    assert answer.identity.resident == wang
    assert_table(LookUp, LOGGED, [("bob", wang.pk, False)])


def test_a_member_of_another_region_is_nobody(campaign, cast, make_resident):
    wang = make_resident("王芳", number=WANG, village="south-1")
    with pytest.raises(Identity.DoesNotExist):
        lookups.look_up_member(campaign=campaign, resident_id=wang.pk, by=cast["bob"], at=AT)


# --- limits


def test_after_the_limit_nothing_is_looked_up(settings, make_resident, look_up):
    settings.LOOK_UPS_PER_HOUR = 3
    make_resident("王芳", number=WANG)
    for minute in range(3):
        look_up(at=AT + timedelta(minutes=minute))
    with pytest.raises(lookups.TooManyLookUps):
        look_up(at=AT + timedelta(minutes=59))
    assert LookUp.objects.count() == 3
    look_up(at=AT + timedelta(minutes=60))  # the first has left the hour
    look_up(by="charlie", at=AT + timedelta(minutes=59))  # another user has their own


def test_answers_from_elsewhere_are_limited_and_the_refusal_tells_nothing(
    settings, make_resident, look_up
):
    settings.OUTSIDE_ANSWERS_PER_HOUR = 2
    make_resident("王芳", number=WANG, village="south-1")
    make_resident("赵敏", number=number("19800101", 4))
    for _ in range(2):
        assert look_up().elsewhere
    refusals = []
    for paper in (WANG, LI):  # someone elsewhere, and nobody
        with pytest.raises(lookups.TooManyLookUps) as refusal:
            look_up(paper)
        refusals.append(refusal.value.messages)
    assert refusals[0] == refusals[1]
    assert look_up(number("19800101", 4)).identity  # one's own are still found
    assert LookUp.objects.count() == 5  # the refused ones are logged too


def test_unknown_numbers_use_up_no_answers_from_elsewhere(settings, look_up):
    settings.OUTSIDE_ANSWERS_PER_HOUR = 2
    for _ in range(4):
        assert look_up() == lookups.Answer()
