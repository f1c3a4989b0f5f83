"""What accepting a list comes to in money: told beforehand, and exactly what comes then."""

from typing import Any

import pytest

from enrollment import changes
from enrollment.models import Registration
from subsidies import wizard_money
from subsidies.models import Foreseen, Repricing, RosterKnown
from tests.conftest import at
from tests.payments.lines import Row, take_in
from tests.reports.facts import Fact, Writer
from tests.subsidies.roster_pages import LI, SUN, WANG, ZHAO, address, page, person, post, worked

# Progress of jobs goes by a connection of its own; in tests it is the same one.
pytestmark = pytest.mark.django_db(databases=["default", "progress"])
NOW = at("2022-11-18 16:30")
DECIDED = ("registration_id", "outcome", "kind", "hardship", "was", "was_fen", "granted_fen",
           "fen", "clause")  # fmt: skip
LIFTED = "脱贫享受政策户"


@pytest.fixture
def people(campaign, places, make_resident) -> dict[str, Registration]:
    """Wang, Li and Zhao are registered, Sun is known, nobody paid."""
    write = Writer(campaign, places, make_resident)
    rows = {}
    for name, paper in (("王芳", WANG), ("李四", LI), ("赵六", ZHAO)):
        resident = make_resident(name, number=paper)
        rows[name] = write.register(resident, Fact("north-1", at("2022-11-10 09:00")))
    make_resident("孙七", number=SUN)
    return rows


@pytest.fixture
def pays(campaign, tmp_path):
    def pays(*people: tuple[str, str], yuan: str = "350.00") -> None:
        rows = [
            Row(name=name, number=paper, receipt=f"34113522111800000{at}", yuan=yuan)
            for at, (name, paper) in enumerate(people)
        ]
        take_in(campaign, tmp_path, rows, name=f"{people[0][0]}.csv", now=NOW)
        changes.consume()

    return pays


def accepted(client: Any, roster: Any, **said: Any) -> Any:
    post(client, roster, "acceptance/", **said)
    roster = worked(roster)
    assert roster.file.state == "posted"
    changes.consume()
    return roster


def told(client: Any, roster: Any) -> list[tuple[int, str]]:
    """The sentences that lead to effects."""
    sentences = page(client, roster).context["sentences"]
    return [(each.number, each.text) for each in sentences if "effects" in each.url]


def test_the_preview_is_what_accepting_does_then(sign_in, people, pays, checked, places):
    alice = sign_in("alice")
    pays(("王芳", WANG))
    first = checked(alice, [person("李四", LI, LIFTED), person("赵六", ZHAO, LIFTED)])
    accepted(alice, first)
    pays(("赵六", ZHAO))
    # Wang has paid: 80 yuan come back. Li has not paid: 250 less are granted. Zhao has paid and
    # keeps them, as the notice takes nothing back. Sun is not registered.
    rows = [person("王芳", WANG), person("孙七", SUN, LIFTED)]
    full = checked(alice, rows, region=places["county"].pk)
    foreseen = list(Foreseen.objects.order_by("registration_id").values_list(*DECIDED))
    assert [row[1] for row in foreseen] == ["owed", "updated", "fall_kept"]
    before = told(alice, full)
    assert before == [
        (1, "已参保缴费，按新身份应再发补助共 80.00 元"),
        (1, "失去尚未兑付的资助，共 250.00 元"),
        (1, "按现在身份不应享受、但不追回的资助共 250.00 元"),
    ]
    assert not Repricing.objects.filter(file=full.file).exists()
    people["李四"].refresh_from_db()
    assert people["李四"].reimbursed_fen == 25000
    listed = alice.get(address(full, "effects/?what=more")).context["page"].object_list
    assert [(row.name, row.fen) for row in listed] == [("王芳", 8000)]

    full = accepted(alice, full, confirmed="2")
    came = Repricing.objects.filter(file=full.file).exclude(outcome="same")
    assert list(came.order_by("registration_id").values_list(*DECIDED)) == foreseen
    assert told(alice, full) == before
    assert not Foreseen.objects.exists()
    listed = alice.get(address(full, "effects/?what=more")).context["page"].object_list
    assert [(row.name, row.fen) for row in listed] == [("王芳", 8000)]


def test_checking_again_tells_anew(sign_in, people, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG), person("李四", LI, "不清楚")])
    assert told(alice, roster) == [(1, "已登记未缴费，按新身份增加资助共 80.00 元")]
    post(alice, roster, "words/", **{"of-word-0": "不清楚", "word-0": "lifted"})
    roster = worked(roster)
    assert told(alice, roster) == [(2, "已登记未缴费，按新身份增加资助共 330.00 元")]


def test_of_a_discarded_list_nothing_is_foreseen_any_more(sign_in, people, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG)])
    title = alice.get(address(roster, "effects/?what=more_granted")).context["title"]
    assert title == "已登记未缴费，按新身份增加资助共 80.00 元"
    assert Foreseen.objects.exists()
    post(alice, roster, "discarding/", why="传错了文件")
    assert not Foreseen.objects.exists()


def test_a_subsidy_that_was_paid_out_is_to_be_decided(sign_in, people, pays, checked, places):
    alice = sign_in("alice")
    accepted(alice, checked(alice, [person("王芳", WANG, LIFTED)]))
    parts = {"own_fen": 34900, "deducted_fen": 100, "reimbursed_fen": 24900}
    Registration.objects.filter(pk=people["王芳"].pk).update(**parts)
    pays(("王芳", WANG), yuan="349.00")
    full = checked(alice, [person("孙七", SUN, LIFTED)], region=places["county"].pk)
    assert [what for what, *_more in wizard_money.summary(full)] == ["less_paid"]


def test_nothing_is_tried_where_nobody_is_registered(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG)])
    assert not Foreseen.objects.exists() and told(alice, roster) == []


def test_a_department_is_not_told_what_people_get(sign_in, people, checked):
    frank = sign_in("frank")
    roster = checked(frank, [person("王芳", WANG)])
    assert told(frank, roster) == []
    assert frank.get(address(roster, "effects/")).status_code == 403
    alice = sign_in("alice")
    assert alice.get(address(roster, "effects/?what=nothing")).status_code == 404


def counted(client: Any, roster: Any) -> dict[str, tuple[int, int]]:
    """Each number of the equation that is not zero, with how many rows its list has."""
    found = {}
    for part in page(client, roster).context["equation"][1:]:
        if part["value"]:
            rows = client.get(part["url"]).context["page"]
            found[part["key"]] = (part["value"], rows.paginator.count)
    return found


def test_every_count_leads_to_as_many_rows(sign_in, people, checked, places):
    alice = sign_in("alice")
    first = [person("王芳", WANG), person("李四", LI), person("赵六", ZHAO)]
    accepted(alice, checked(alice, first))
    rows = [
        person("王芳", WANG),
        person("王芳", WANG),
        person("李四", LI, 认定时间="2022-07-01"),
        person("孙七", SUN),
        person("孙七", SUN, "死亡"),
        person("某某", "", ""),
        person("赵六", ZHAO, "不清楚"),
    ]
    roster = checked(alice, rows)
    expected = {"new": 2, "changed": 1, "known": 2, "waiting": 1, "rejected": 1}
    assert counted(alice, roster) == {key: (n, n) for key, n in expected.items()}
    roster = accepted(alice, roster)
    assert counted(alice, roster) == {key: (n, n) for key, n in expected.items()}
    known = alice.get(address(roster, "rows/?outcome=known")).context["page"].object_list
    assert [(row.place, row.name) for row in known] == [("2", "王芳"), ("3", "王芳")]
    new = alice.get(address(roster, "rows/?outcome=new")).context["page"].object_list
    assert [row.category for row in new] == ["一般低保户", "死亡"]
    assert RosterKnown.objects.filter(file=roster.file).count() == 1


def test_rows_known_after_all_are_counted_with_the_others(sign_in, people, checked):
    alice = sign_in("alice")
    accepted(alice, checked(alice, [person("王芳", WANG)]))
    roster = accepted(alice, checked(alice, [person("王芳", WANG), person("王芳", WANG, "不清楚")]))
    post(alice, roster, "words/", **{"of-word-0": "不清楚", "word-0": "minimum_living"})
    roster = worked(roster)
    assert counted(alice, roster) == {"known": (2, 2)}
