"""Marking people with a hardship category, and who asks for marks afterwards."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from enrollment import ports
from enrollment.errors import Refused
from enrollment.facts import Mark
from enrollment.models import AuditEntry, Campaign, User
from enrollment.ports import Marked
from payments.books import checks
from subsidies.bulk import parse_marks, stage_marks
from subsidies.models import Entitlement, Listing
from subsidies.queries import marks_held_at
from subsidies.services import mark_hardship
from tests.conftest import assert_table, at

NOW = at("2022-11-18 16:30")
SEPTEMBER = date(2022, 9, 30)


@pytest.fixture
def wang(make_resident):
    return make_resident("王小明", number="411328199003072518")


@pytest.fixture
def mark(campaign):
    def mark(resident, category="lifted", on=SEPTEMBER, grade=""):
        return mark_hardship(
            campaign=campaign, resident=resident, category=category, recognised_on=on,
            source="三季度名单 第 12 行", by=User.system(), now=NOW, grade=grade,
        )  # fmt: skip

    return mark


def staged(campaign):
    """Person and categories."""
    return [(resident_id, keys) for resident_id, keys, _marks in staged_with(campaign)]


def staged_with(campaign, cuts=()):
    with transaction.atomic(), connection.cursor() as cursor:
        stage_marks(cursor, campaign.pk, cuts)
        cursor.execute("select resident_id, categories, marks from marks order by 1")
        return cursor.fetchall()


def test_a_mark_says_since_when_and_where_it_is_written(campaign, wang, mark):
    mark(wang)
    assert ports.marks_of(campaign, [wang.pk]) == {
        wang.pk: [Marked("lifted", "脱贫享受政策户", SEPTEMBER, "三季度名单 第 12 行")]
    }
    entry = AuditEntry.objects.get(action="mark_hardship")
    assert (entry.object_id, entry.facts) == (wang.pk, {"category": "lifted"})


def test_people_without_a_mark_are_absent(campaign, wang):
    assert ports.marks_of(campaign, [wang.pk]) == {}
    assert staged(campaign) == []


def test_a_profile_is_the_sorted_keys_of_all_marks(campaign, wang, mark):
    mark(wang, "monitored")
    mark(wang, "lifted")
    assert staged(campaign) == [(wang.pk, "lifted,monitored")]


def test_a_profile_tells_grade_and_interval_of_recognition(campaign, wang, mark):
    cuts = [date(2022, 9, 1), date(2022, 10, 1)]
    mark(wang, "monitored", on=date(2022, 10, 1))
    Entitlement.objects.filter(pk=mark(wang, "lifted").pk).update(grade="一类")
    [(_wang, _keys, text)] = staged_with(campaign, cuts)
    assert text == "lifted:一类:1,monitored::2"
    assert parse_marks(text, cuts) == (
        Mark("lifted", "一类", date(2022, 9, 1)),
        Mark("monitored", "", date(2022, 10, 1)),
    )


def test_without_cuts_the_day_of_recognition_is_of_no_consequence(campaign, wang, mark):
    mark(wang)
    assert staged_with(campaign) == [(wang.pk, "lifted", "lifted::0")]
    assert parse_marks("lifted::0") == (Mark("lifted"),)
    assert parse_marks("") == ()


@given(
    st.lists(st.dates(date(2021, 1, 1), date(2023, 1, 1)), min_size=1, max_size=5, unique=True),
    st.data(),
)
def test_the_day_that_stands_for_an_interval_lies_in_it(cuts, data):
    cuts = sorted(cuts)
    interval = data.draw(st.integers(0, len(cuts)))
    [mark] = parse_marks(f"lifted::{interval}", cuts)
    assert sum(cut <= mark.recognised_on for cut in cuts) == interval


@pytest.fixture
def graded(campaign, monkeypatch):
    """lifted entitles the household, minimum_living has two grades."""
    from dataclasses import replace

    rules = campaign.policy["subsidies"]
    changed = {"lifted": {"entitles": "household"}, "minimum_living": {"grades": ("一类", "二类")}}
    categories = tuple(replace(rule, **changed.get(rule.key, {})) for rule in rules.categories)
    policy = replace(
        campaign.policy,
        sections={**campaign.policy.sections, "subsidies": replace(rules, categories=categories)},
    )
    monkeypatch.setattr(Campaign, "policy", policy)
    return campaign


def test_a_mark_carries_a_grade_of_the_category(graded, wang, mark):
    mark(wang, "minimum_living", grade="二类")
    [held] = ports.marks_of(graded, [wang.pk])[wang.pk]
    assert held.mark == Mark("minimum_living", "二类", SEPTEMBER)
    assert AuditEntry.objects.get(action="mark_hardship").facts["grade"] == "二类"


@pytest.mark.parametrize(
    ("category", "grade", "named"),
    [
        ("minimum_living", "三类", "一类"),
        ("minimum_living", "", "一类"),
        ("monitored", "一类", "监测对象"),
    ],
)
def test_a_grade_the_notice_does_not_have_is_refused(graded, wang, mark, category, grade, named):
    with pytest.raises(Refused, match=named):
        mark(wang, category, grade=grade)
    assert not Entitlement.objects.exists()


def test_a_category_for_the_household_marks_every_member_once(graded, make_resident, mark):
    head = make_resident("张三", number="411328197001012512", household="7")
    wife = make_resident("李四", number="411328198511234562", household="7")
    other = make_resident("王小明", number="411328199003072518", household="8")
    mark(head, "lifted", on=date(2022, 9, 1))
    mark(head, "monitored")
    assert ports.marks_of(graded, [wife.pk, other.pk]).keys() == {wife.pk}
    [through] = ports.marks_of(graded, [wife.pk])[wife.pk]
    assert (through.category, through.recognised_on) == ("lifted", date(2022, 9, 1))
    assert through.source.startswith("三季度名单 第 12 行")
    assert staged(graded) == [(head.pk, "lifted,monitored"), (wife.pk, "lifted")]
    # a mark of one's own goes before one through the household
    mark(wife, "lifted", on=SEPTEMBER)
    [own] = ports.marks_of(graded, [wife.pk])[wife.pk]
    assert (own.source, own.recognised_on) == ("三季度名单 第 12 行", SEPTEMBER)
    cuts = [date(2022, 9, 15)]
    assert staged_with(graded, cuts) == [
        (head.pk, "lifted,monitored", "lifted::0,monitored::1"),
        (wife.pk, "lifted", "lifted::1"),
    ]


def test_what_was_held_at_an_instant_is_still_known(campaign, wang, mark):
    ended = mark(wang)
    mark(wang, "monitored")
    Entitlement.objects.filter(pk=ended.pk).update(ended_at=at("2022-11-20 09:00"))
    before, after = at("2022-11-19 09:00"), at("2022-11-21 09:00")
    held = [{m.category for m in marks_held_at(campaign, wang.pk, t)} for t in (before, after)]
    assert held == [{"lifted", "monitored"}, {"monitored"}]
    assert marks_held_at(campaign, wang.pk, at("2022-11-18 16:29")) == ()


def test_marking_again_changes_nothing(wang, mark):
    assert mark(wang).pk == mark(wang, on=date(2022, 10, 1)).pk
    assert_table(Entitlement, ["category", "recognised_on"], [("lifted", SEPTEMBER)])
    assert AuditEntry.objects.filter(action="mark_hardship").count() == 1


def test_the_last_day_of_recognition_counts_the_day_after_does_not(
    campaign, wang, make_resident, mark
):
    li = make_resident("李四", number="411328198511234562")
    mark(wang, on=date(2022, 11, 30))  # recognised_until = 2022-11-30
    mark(li, on=date(2022, 12, 1))
    assert list(ports.marks_of(campaign, [wang.pk, li.pk])) == [wang.pk]
    assert staged(campaign) == [(wang.pk, "lifted")]  # the SQL agrees with the query


def test_an_ended_mark_no_longer_counts(campaign, wang, mark):
    Entitlement.objects.filter(pk=mark(wang).pk).update(ended_at=NOW)
    assert ports.marks_of(campaign, [wang.pk]) == {}
    assert staged(campaign) == []


def test_a_category_the_notice_does_not_have_is_refused_by_name(wang, mark):
    with pytest.raises(Refused, match="veteran"):
        mark(wang, "veteran")
    assert not Entitlement.objects.exists()


def test_the_database_holds_one_standing_mark_of_a_category(campaign, wang, mark):
    first = mark(wang)
    with pytest.raises(IntegrityError, match="marked_once_with_a_category"), transaction.atomic():
        first.pk = None
        first.save(force_insert=True)


@pytest.mark.parametrize("column", ["resident_id", "marked_by_id", "file_id", "ended_by_file_id"])
@pytest.mark.parametrize("model", [Entitlement, Listing])
def test_the_books_find_what_the_database_does_not_check(campaign, wang, mark, model, column):
    mark(wang)
    Listing.objects.create(
        campaign=campaign, resident=wang, kind="army", since=SEPTEMBER, source="x", known_at=NOW,
        marked_by=User.system(),
    )  # fmt: skip
    assert all(check.ok for check in checks(campaign))
    model.objects.update(**{column: 987654321})
    (found,) = [check for check in checks(campaign) if not check.ok]
    assert found.name[0] == "5"
    assert any("987654321 that it names does not exist" in row for row in found.rows)
