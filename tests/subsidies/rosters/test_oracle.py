"""Small rosters of every kind: the SQL and a plain oracle say the same of every row."""

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.lib.siv import ring
from enrollment.models import SourceProblem
from subsidies.models import Entitlement, Listing, RosterLine
from tests.conftest import at
from tests.subsidies.rosters import oracle
from tests.subsidies.rosters.messy import LI, QIAN, SUN, WANG, ZHAO
from tests.subsidies.rosters.oracle import Line

NAMES = {WANG: "王芳", LI: "李四", ZHAO: "赵六"}
UNKNOWN = {SUN: "孙七", QIAN: "钱五"}
BEFORE = {
    (WANG, "monitored"): date(2022, 7, 1),
    (LI, "minimum_living"): date(2022, 7, 1),
    (ZHAO, "list:dead"): date(2022, 5, 1),
}
AS_OF = date(2022, 9, 30)
GOOD = st.sampled_from([(name, number, "", "") for number, name in (NAMES | UNKNOWN).items()])
OTHER_NAME = st.sampled_from([("吴名氏", WANG, "", ""), ("吴名氏", LI, "", "")])
BAD = st.sampled_from([("郑某", "", "damaged", "4.11328E+17"), ("郑某", "", "empty", "")])
LINES = st.builds(
    lambda who, word, day: Line(who[0], who[1], word, day, who[2], who[3]),
    st.one_of(GOOD, GOOD, GOOD, OTHER_NAME, BAD),
    st.sampled_from([*oracle.MEANINGS, "监测对象", "低保-7019", ""]),
    st.sampled_from(list(oracle.DATES)),
)


@pytest.fixture
def world(campaign, cast, make_resident):
    people = {number: make_resident(name, number=number) for number, name in NAMES.items()}
    known = {"campaign": campaign, "known_at": at("2022-07-02 09:00"), "marked_by": cast["dana"]}
    for (number, category), day in BEFORE.items():
        of = {"resident": people[number], "source": "旧名单", **known}
        if category.startswith("list:"):
            Listing.objects.create(kind=category[5:], since=day, **of)
        else:
            Entitlement.objects.create(category=category, grade="", recognised_on=day, **of)


def standing():
    numbers = {bytes(ring().seal(number)): number for number in {**NAMES, **UNKNOWN}}
    number = "resident__identities__number"
    marks = Entitlement.objects.filter(ended_at=None)
    lists = Listing.objects.filter(ended_at=None)
    found = {
        (numbers[bytes(n.data)], category): day
        for n, category, day in marks.values_list(number, "category", "recognised_on")
    }
    for n, kind, since in lists.values_list(number, "kind", "since"):
        found[numbers[bytes(n.data)], f"list:{kind}"] = since
    return found


@given(
    lines=st.lists(LINES, min_size=1, max_size=7),
    default=st.sampled_from(["", "monitored"]),
    full=st.booleans(),
)
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_sql_says_what_the_oracle_says(world, roster, lines, default, full):
    told = oracle.judge(lines, default=default, full=full, as_of=AS_OF, names=NAMES, marks=BEFORE)
    rows = [
        {"姓名": line.name, "身份证号": line.written or line.number, "类别": line.word,
         "认定时间": line.day}
        for line in lines
    ]  # fmt: skip
    options = ["--category", default] if default else []
    options += ["--full", "--region", "county"] if full else []
    point = transaction.savepoint()
    try:
        result = roster(rows, *options)
        kept = RosterLine.objects.order_by("line")
        assert [line.outcome for line in kept] == told.outcomes
        assert result["ended"] == told.ended
        for line, expected in zip(kept, told.warnings, strict=True):
            codes = SourceProblem.objects.filter(line=line.line, rejected=False)
            said = set(codes.values_list("code", flat=True))
            assert said - {"word_unknown", "word_empty"} == expected, line.line
        confirm = ("--confirm-ended", str(told.ended)) if full else ()
        if told.refused:
            with pytest.raises(SystemExit):
                roster(rows, *options, "--accept", *confirm)
            assert standing() == BEFORE
        else:
            roster(rows, *options, "--accept", *confirm)
            assert standing() == told.marks
    finally:
        transaction.savepoint_rollback(point)
