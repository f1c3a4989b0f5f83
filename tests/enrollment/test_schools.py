"""Students of schools: taken in, counted to the school, seen by its clerk (rich-2023.toml).

There students count to their school, 低保 students and who is 70 to the household's village.
"""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command

from enrollment import bulk, changes, files
from enrollment.errors import Refused
from enrollment.models import RegionAlias, Registration, Resident, SourceProblem, User
from enrollment.services import registrations
from enrollment.services.campaigns import load_notice
from enrollment.services.people import Person
from reports.progress.queries import standings
from subsidies.services import mark_hardship
from tests.conftest import assert_table, at
from tests.enrollment.people import make_school, number, write

NOW = at("2022-11-01 10:00")
RICH = Path(__file__).parents[1] / "data" / "rich-2023.toml"
WANG, LI, ZHAO, SUN = (number("20050101", order) for order in (1, 2, 3, 4))
OLD = number("19500101", 5)
PEOPLE = "/c/rich-2023/people/"
DESK = "/c/rich-2023/desk/"


@pytest.fixture
def rich(campaign):
    return load_notice(RICH, by=User.system(), now=NOW, practice=True)


@pytest.fixture
def school(rich, places):
    return make_school(places["south"], "first", "第一中学")


@pytest.fixture
def head(school):
    """The school's own clerk."""
    return User.objects.create(username="head", role="clerk", region=school)


@pytest.fixture
def register(rich, tmp_path):
    def register(*rows):
        path = write(tmp_path / "registrations.csv", rows)
        file = files.take_in(rich, "registrations", path.name, path, User.system(), NOW)
        result = bulk.register_file(file, path, by=User.system(), now=NOW, progress=lambda *_: None)
        changes.consume()
        return result

    return register


@pytest.fixture
def at_desk(rich, places, cast):
    def at_desk(by=None, **written):
        told = {"category": "1403", "village": places["north-1"], "born_on": date(2005, 1, 1)}
        person = Person("resident_id", **{"number": WANG, "name": "王小明", **told, **written})
        return registrations.register_one(
            campaign=rich, person=person, by=by or cast["bob"], now=NOW, save_key=uuid4()
        ).registration

    return at_desk


def row(paper, name, category="1403", **cells):
    return {"姓名": name, "证件号码": paper, "人员类别": category, **cells}


def units():
    return dict(Registration.objects.standing().values_list("resident__name", "unit__key"))


# --- in files


def test_a_student_of_a_known_school_counts_to_it_and_everybody_else_where_they_live(
    register, school
):
    result = register(
        row(WANG, "王小明", 学校="第一中学"),
        row(LI, "李四", 学校=""),
        row(number("19800101", 7), "赵六", "1501", 学校="第一中学"),
        row(OLD, "孙七", "1601", 户编号="0001", 户主姓名="孙七"),
    )
    assert (result["registered"], result["rejected"]) == (4, 0)
    assert_table(
        Registration,
        ["resident__name", "village__key", "unit__key", "resident__school__key"],
        [
            ("王小明", "north-1", "first", "first"),
            ("李四", "north-1", "north-1", None),
            ("赵六", "north-1", "north-1", "first"),
            ("孙七", "north-1", "north-1", None),
        ],
    )


@pytest.mark.parametrize("column", ["学校", "学校名称"])
@pytest.mark.parametrize("word", ["第一中学", "一中", "139901001099", "first", "第一 中学"])
def test_a_school_is_found_by_name_alias_code_and_key(register, school, column, word):
    school.code = "139901001099"
    school.save()
    RegionAlias.objects.create(region=school, name="一中")
    assert register(row(WANG, "王小明", **{column: word}))["registered"] == 1
    assert units() == {"王小明": "first"}


def test_a_village_is_no_school_and_a_school_no_village(register, school):
    result = register(
        row(WANG, "王小明", 学校="西湖村"), row(LI, "李四", 乡镇="城南乡", 村="第一中学")
    )
    assert result["problems"] == {"unknown_school": 1, "unknown_village": 1}


def test_an_unknown_school_rejects_the_row_and_changes_nothing(register, school, rich, places):
    make_school(places["north"], "second", "附小")
    make_school(places["north"], "third", "附小")
    result = register(
        row(WANG, "王小明", 学校="第一中专"), row(LI, "李四", 学校="附小"), row(SUN, "孙七")
    )
    assert result["problems"] == {"unknown_school": 1, "ambiguous_school": 1}
    said = {p.code: (p.column, p.message) for p in SourceProblem.objects.all()}
    assert said["unknown_school"][0] == "学校" and "第一中专" in said["unknown_school"][1]
    assert "附小" in said["ambiguous_school"][1]
    assert_table(Resident, ["name"], [("孙七",)])


def test_a_household_counts_to_its_village(register, rich, places, make_resident):
    """A 低保 pupil counts to the household even where a school is known, and a village lived in."""
    pupil = make_resident("王小明", number=WANG, category="1403", household="0001")
    school = make_school(places["south"], "first", "第一中学")
    Resident.objects.filter(pk=pupil.pk).update(village=places["north-2"], school=school)
    mark_hardship(
        campaign=rich, resident=pupil, category="low", source="名单", grade="2",
        recognised_on=date(2022, 10, 1), by=User.system(), now=NOW,
    )  # fmt: skip
    register(row(WANG, "王小明", 村="西湖村"), row(OLD, "李四", "1601", 村="西湖村"))
    assert units() == {"王小明": "north-1", "李四": "north-2"}


def test_a_renewal_counts_the_same_way(rich, school, make_resident):
    for paper, name in ((WANG, "王小明"), (LI, "李四")):
        make_resident(name, number=paper, category="1403", prior=True)
    Resident.objects.filter(name="王小明").update(school=school)
    bulk.renew(rich, by=User.system(), now=NOW, progress=lambda *_: None)
    assert units() == {"王小明": "first", "李四": "north-1"}


def test_a_school_of_another_county_is_no_unit_of_this_campaign(
    rich, register, make_resident, at_desk
):
    """Nor can a file name it."""
    from enrollment.models import Region

    other = Region.objects.create(key="other", name="平安县", level="county", path="/999999/")
    far = make_school(other, "far", "平安一中")
    for paper, name in ((WANG, "王小明"), (LI, "李四")):
        make_resident(name, number=paper, category="1403")
    Resident.objects.update(school=far)
    assert register(row(LI, "李四"))["registered"] == 1
    at_desk()
    assert units() == {"王小明": "north-1", "李四": "north-1"}
    assert register(row(ZHAO, "赵六", 学校="平安一中"))["problems"] == {"unknown_school": 1}


def test_the_unit_stays_when_the_person_leaves_the_school(register, school):
    register(row(WANG, "王小明", 学校="第一中学"))
    register(row(WANG, "王小明", "1405", 学校="无"))
    person = Resident.objects.get()
    assert (person.school, person.category) == (None, "1405")
    assert units() == {"王小明": "first"}


# --- at the desk


def test_the_desk_counts_a_student_to_the_school_chosen(at_desk, school):
    assert at_desk(school=school, school_asked=True).unit == school
    assert Resident.objects.get().school == school


def test_a_form_without_schools_leaves_a_known_one(at_desk, school, make_resident):
    pupil = make_resident("王小明", number=WANG, category="1403")
    Resident.objects.filter(pk=pupil.pk).update(school=school)
    assert at_desk().unit == school
    pupil.refresh_from_db()
    assert pupil.school == school


def test_a_school_may_be_taken_away(at_desk, school, make_resident):
    pupil = make_resident("王小明", number=WANG, category="1403")
    Resident.objects.filter(pk=pupil.pk).update(school=school)
    assert at_desk(school=None, school_asked=True).unit.key == "north-1"


def test_the_form_asks_for_a_school_only_where_it_may_decide(sign_in, school, campaign):
    """The small notice counts everybody to the village."""
    bob = sign_in("bob")
    html = bob.get(DESK).content.decode()
    assert 'name="school"' in html and "第一中学" in html
    assert html.index('name="category"') < html.index('name="school"') < html.index('id="save"')
    villages = html.split('id="village"')[1].split("</select>")[0]
    assert "第一中学" not in villages and "西湖村" in villages
    assert 'name="school"' not in bob.get("/c/small-2023/desk/").content.decode()


def test_without_schools_the_form_asks_for_none(sign_in, rich):
    assert 'name="school"' not in sign_in("bob").get(DESK).content.decode()


def test_what_was_chosen_is_saved_and_told(sign_in, school, places):
    form = {
        "kind": "resident_id", "number": WANG, "name": "王小明", "category": "1403",
        "village": places["north-1"].pk, "school": school.pk, "save_key": str(uuid4()),
    }  # fmt: skip
    bob = sign_in("bob")
    wrong = bob.post(f"{DESK}registrations/", {**form, "school": places["north-1"].pk})
    assert wrong.status_code == 422 and not Registration.objects.exists()
    saved = bob.post(f"{DESK}registrations/", form)
    assert saved.status_code == 200 and "计入第一中学" in saved.content.decode()
    assert units() == {"王小明": "first"}
    known = bob.post(f"{DESK}look-up/", {"kind": "resident_id", "number": WANG})
    assert f'<option value="{school.pk}" data-initials="" selected>' in known.content.decode()


def test_a_schools_clerk_registers_its_students_wherever_they_live(
    at_desk, school, head, places, make_resident
):
    assert at_desk(head, school=school, school_asked=True).unit == school
    with pytest.raises(Refused):
        at_desk(head, number=LI, name="李四", school=None, school_asked=True)
    make_resident("赵六", number=ZHAO, category="1403")
    with pytest.raises(registrations.BelongsElsewhere):
        at_desk(head, number=ZHAO, name="赵六", school=school, school_asked=True)
    assert units() == {"王小明": "first"}


def test_a_schools_clerk_has_the_school_chosen_and_sees_its_figures_alone(client, head, school):
    client.force_login(head, backend="django.contrib.auth.backends.ModelBackend")
    html = client.get(DESK).content.decode()
    assert f'<option value="{school.pk}" data-initials="" selected>' in html
    assert "西湖村" in html.split('id="village"')[1].split("</select>")[0]
    strip = html.split('id="strip"')[1].split('class="split-side')[0]
    assert "第一中学" in strip and "西湖村" not in strip


# --- who sees them, and what adds up


def test_a_schools_clerk_sees_its_students_and_nobody_else(client, head, register, school):
    register(
        row(WANG, "王小明", 学校="第一中学"),
        row(LI, "李四"),
        row(OLD, "孙七", "1601", 学校="第一中学"),
    )
    seen = Resident.objects.visible_to(head)
    assert {person.name for person in seen} == {"王小明", "孙七"}
    client.force_login(head, backend="django.contrib.auth.backends.ModelBackend")
    listed = client.get(PEOPLE).content.decode()
    assert "王小明" in listed and "李四" not in listed and "孙七" not in listed
    status = {
        person.name: client.get(f"{PEOPLE}{person.pk}/").status_code
        for person in Resident.objects.all()
    }
    assert status == {"王小明": 200, "孙七": 200, "李四": 404}
    page = client.get(f"{PEOPLE}{Resident.objects.get(name='王小明').pk}/").content.decode()
    assert "计入第一中学" in page


def test_the_villages_clerk_still_sees_a_student_of_a_school_elsewhere(sign_in, register, school):
    """王 lives in north and counts to a school of south."""
    register(row(WANG, "王小明", 学校="第一中学"))
    student = Resident.objects.get()
    for name, listed in (("bob", False), ("charlie", True)):
        client = sign_in(name)
        assert client.get(f"{PEOPLE}{student.pk}/").status_code == 200
        assert ("王小明" in client.get(PEOPLE).content.decode()) is listed


def test_roll_ups_and_books_hold(register, school, places, rich):
    register(row(WANG, "王小明", 学校="第一中学"), row(LI, "李四"))
    ids = [school.pk, *(places[key].pk for key in ("south", "north", "county"))]
    _as_of, found = standings(rich, ids)
    assert [found[pk].registered for pk in ids] == [1, 1, 1, 2]
    out = StringIO()
    call_command("check_books", rich.slug, json=True, stdout=out, stderr=StringIO())
    assert json.loads(out.getvalue().splitlines()[-1])["ok"]
