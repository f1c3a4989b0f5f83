"""To which place students count once they are registered, under the notices as they are."""

import pytest

from enrollment import bulk
from enrollment.models import Household, PriorEnrollment, Region, Registration, Resident, User
from enrollment.services.campaigns import load_notice, read_notice
from subsidies.services import mark_hardship
from tests.conftest import at
from tests.enrollment.people import make_school
from tests.notices.worked import NOTICES

FEE_AND_WINDOW = """
[fee]
individual_fen = 35000
clause = "补"
words = "通知没有写个人缴费标准"

[[windows]]
key = "agreed"
title = "通知没有写缴费期"
from = 2022-11-01
until = 2022-12-25
clause = "补"
"""


class Place:
    """A notice's campaign with a school, and two of its villages."""

    def __init__(self, path, now):
        self.now, self.by = at(now), User.system()
        self.campaign = load_notice(path, by=self.by, now=self.now, practice=True)
        villages = Region.objects.within(self.campaign.region).lived_in().order_by("path")
        if villages:
            self.home, self.away = villages[0], villages[1]
        else:  # the regions file ends at the townships
            town = Region.objects.within(self.campaign.region).order_by("-path")[0]
            self.home, self.away = (
                Region.objects.create(
                    key=f"v{n}",
                    name=f"{n}村",
                    level="village",
                    parent=town,
                    path=f"{town.path}v{n}/",
                )
                for n in (1, 2)
            )
        self.school = make_school(self.home.parent, "a-school", "某学校")

    def student(self, name, category, school=True, household=True):
        """Enrolled last year; lives in `away`, their household is in `home`."""
        home = Household.objects.create(village=self.home, number=name) if household else None
        resident = Resident.objects.create(
            name=name, name_key=name, category=category, village=self.away, household=home,
            school=self.school if school else None, known_at=self.now,
        )  # fmt: skip
        start = self.campaign.coverage_from
        PriorEnrollment.objects.create(
            resident_id=resident.pk, insurance=self.campaign.insurance, village=self.away,
            coverage_from=start.replace(year=start.year - 1),
        )  # fmt: skip
        return resident

    def units(self):
        bulk.renew(self.campaign, by=self.by, now=self.now, progress=lambda *_: None)
        words = {self.home.pk: "household", self.away.pk: "village", self.school.pk: "school"}
        found = Registration.objects.filter(campaign=self.campaign)
        return {r.resident.name: words[r.unit_id] for r in found.select_related("resident")}


@pytest.fixture
def shipped(db):
    return lambda stem, now: Place(NOTICES / f"{stem}.toml", now)


def test_zhengzhou_students_of_every_school_count_to_it_二(db, tmp_path):
    """The notice states neither fee nor windows; both are written in to register anybody."""
    read = read_notice(NOTICES / "zhengzhou-2023.toml")
    text = read.text
    for written in (read.policy.regions, read.policy.extends):
        text = text.replace(f'"{written}"', f'"{(NOTICES / written).resolve()}"', 1)
    path = tmp_path / "zhengzhou-2023.toml"
    path.write_text(text + FEE_AND_WINDOW, "utf-8")
    place = Place(path, "2022-11-20 09:00")
    place.student("中小学生", "1403")
    place.student("大学生", "1404")
    place.student("学校未知", "1403", school=False)
    place.student("成年人", "1501")
    assert place.units() == {
        "中小学生": "school", "大学生": "school", "学校未知": "village", "成年人": "village",
    }  # fmt: skip


def test_jincheng_only_college_students_count_to_the_school_五一(shipped):
    place = shipped("jincheng-2022", "2021-10-12 09:00")
    place.student("大学生", "1404")
    place.student("中小学生", "1403")
    assert place.units() == {"大学生": "school", "中小学生": "village"}


def test_ganzhou_college_students_count_to_the_school_and_hardship_ones_home_五2(shipped):
    place = shipped("ganzhou-2023", "2022-10-12 09:00")
    place.student("大学生", "1404")
    place.student("中小学生", "1403")
    poor = place.student("低保大学生", "1404")
    mark_hardship(
        campaign=place.campaign, resident=poor, category="minimum_living", source="名单",
        recognised_on=at("2022-09-01").date(), by=place.by, now=place.now, grade="城市全额",
    )  # fmt: skip
    assert place.units() == {"大学生": "school", "中小学生": "village", "低保大学生": "household"}


def test_tanghe_pupils_count_to_the_household_whatever_their_school_二一2(shipped):
    place = shipped("tanghe-2023", "2022-11-18 09:00")
    place.student("中小学生", "1403")
    place.student("没有户", "1403", household=False)
    place.student("成年人", "1501")
    assert place.units() == {"中小学生": "household", "没有户": "village", "成年人": "village"}
