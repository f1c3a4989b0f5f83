"""Marks that change after people are registered: what they owe, or what falls to them beside it."""

from datetime import date
from typing import Any

import pytest

from enrollment import changes
from enrollment.models import AuditEntry, Registration, User
from payments.books import checks
from payments.models import Payment
from subsidies.models import Entitlement, Repricing
from subsidies.services import mark_hardship
from tests.conftest import assert_table, at
from tests.payments.lines import LI, WANG, Row, take_in
from tests.reports.facts import Fact, Writer

NOW = at("2022-11-18 16:30")
CHANGE = """
[subsidies]
change_clause = "五（三）"
change_words = "身份变化的，只补差额"
"""
BACK = ('how = "on_behalf"\nfunder', 'how = "on_behalf"\npaid_already = "reimbursed"\nfunder')
PARTS = ("own_fen", "on_behalf_fen", "reimbursed_fen", "hardship")


@pytest.fixture
def write(campaign, places, make_resident):
    return Writer(campaign, places, make_resident)


@pytest.fixture
def wang(campaign, make_resident):
    return make_resident("王小明", number=WANG, village="north-1", household="7")


@pytest.fixture
def registered(write, wang):
    return write.register(wang, Fact("north-1", at("2022-11-10 09:00")))


@pytest.fixture
def pays(campaign, tmp_path):
    def pays(*rows: Row, name: str = "税务-1.csv") -> None:
        take_in(campaign, tmp_path, list(rows) or [Row()], name=name, now=NOW)
        changes.consume()

    return pays


def mark(campaign, resident, category, on="2022-11-01", **more: Any):
    row = mark_hardship(
        campaign=campaign, resident=resident, category=category, source="名单 第 12 行",
        recognised_on=date.fromisoformat(on), by=User.system(), now=NOW, **more,
    )  # fmt: skip
    changes.consume()
    return row


def rewrite(campaign, *pairs):
    """Another wording of the campaign's notice, in force at once."""
    version = campaign.policy_version
    for old, new in pairs:
        assert old in version.source
        version.source = version.source.replace(old, new, 1)
    version.save()
    campaign.__dict__.pop("_policy", None)


def parts(registration):
    registration.refresh_from_db()
    return tuple(getattr(registration, name) for name in PARTS)


def decisions():
    rows = Repricing.objects.order_by("id").values_list("outcome", "kind", "fen")
    return [tuple(row) for row in rows]


def held(campaign):
    """The names of checks that do not hold."""
    return [check.name for check in checks(campaign) if not check.ok]


class TestNothingPaidYet:
    def test_the_parts_of_the_registration_change(self, campaign, wang, registered):
        mark(campaign, wang, "lifted")
        assert parts(registered) == (35000, 0, 25000, "lifted")
        assert decisions() == [("updated", "", 0)]
        mark(campaign, wang, "five_guarantees")
        assert parts(registered) == (0, 35000, 0, "five_guarantees")
        row = Repricing.objects.get(hardship="five_guarantees")
        assert (row.was, row.was_fen, row.granted_fen) == ("lifted", 25000, 35000)
        assert (row.clause, row.words) == ("五（二）1", "县财政全额资助，个人不缴费")
        assert held(campaign) == []

    def test_the_act_is_told_with_its_counts(self, campaign, wang, registered):
        mark(campaign, wang, "lifted")
        entry = AuditEntry.objects.get(action="reprice")
        assert (entry.why, entry.facts) == ("名单 第 12 行", {"updated": 1})

    def test_a_lower_category_changes_nothing(self, campaign, wang, registered):
        mark(campaign, wang, "lifted")
        mark(campaign, wang, "minimum_living")
        assert parts(registered) == (35000, 0, 25000, "lifted")
        assert decisions()[1] == ("same", "", 0)

    def test_recognised_after_the_last_day_brings_nothing(self, campaign, wang, registered):
        mark(campaign, wang, "lifted", on="2022-12-01")  # the notice's last day is 2022-11-30
        assert parts(registered) == (35000, 0, 0, "")
        row = Repricing.objects.get()
        assert (row.outcome, row.clause) == ("recognised_late", "五（一）")
        assert row.words == "集中缴费期结束后认定的，当年不享受资助"

    def test_the_dead_are_granted_nothing_more(self, campaign, wang, registered):
        from subsidies.models import Listing

        Listing.objects.create(
            campaign=campaign, resident=wang, kind="dead", since=date(2022, 10, 1), source="公安",
            known_at=NOW, marked_by=User.system(),
        )  # fmt: skip
        mark(campaign, wang, "lifted")
        assert parts(registered) == (35000, 0, 0, "")
        assert decisions() == [("dead", "", 0)]

    def test_a_payment_too_little_is_looked_at_again(self, campaign, wang, registered, pays):
        pays(Row(yuan="20.00"))
        assert Payment.objects.get().cause == "too_little"
        mark(campaign, wang, "five_guarantees")
        assert Payment.objects.get().cause == "paid_before_marked"
        pays(Row(receipt="341135221118000009", paid="2022-11-19 08:00:00"), name="税务-2.csv")
        assert Payment.objects.order_by("paid_at").last().cause == "paid_though_exempt"
        assert held(campaign) == []

    def test_the_household_is_priced_where_the_category_entitles_it(
        self, campaign, wang, registered, write, make_resident
    ):
        rewrite(campaign, ('key = "lifted"', 'key = "lifted"\nentitles = "household"'))
        li = make_resident("李四", number=LI, village="north-1", household="7")
        member = write.register(li, Fact("north-1", NOW))
        mark(campaign, wang, "lifted")
        assert parts(member) == (35000, 0, 25000, "lifted")
        assert decisions() == [("updated", "", 0)] * 2


class TestSettled:
    @pytest.fixture(autouse=True)
    def paid(self, registered, pays):
        pays()

    def test_a_first_category_is_reimbursed(self, campaign, wang, registered):
        mark(campaign, wang, "minimum_living")
        assert parts(registered) == (35000, 0, 0, "")  # never edited
        assert decisions() == [("owed", "reimbursement", 8000)]
        assert Repricing.objects.get().funders == [["医疗救助资金", 8000]]

    def test_a_rise_is_the_difference_only(self, campaign, wang, registered):
        mark(campaign, wang, "minimum_living")
        mark(campaign, wang, "lifted")
        # 250 - 80 = 170 yuan; the notice names no funder of the 250
        assert decisions()[1] == ("owed", "top_up", 17000)
        assert Repricing.objects.get(kind="top_up").funders == [["", 17000]]

    def test_paid_in_full_though_subsidised_in_full(self, campaign, wang, registered):
        mark(campaign, wang, "five_guarantees")
        assert decisions() == [("not_back", "", 0)]  # the notice does not say that it comes back
        assert Repricing.objects.get().clause == "五（二）1"
        assert held(campaign) == []

    def test_it_comes_back_where_the_notice_says_so(self, campaign, wang, registered):
        rewrite(campaign, BACK)
        mark(campaign, wang, "minimum_living")
        mark(campaign, wang, "five_guarantees")
        assert decisions()[1] == ("owed", "paid_already", 27000)  # 350 - 80
        assert parts(registered) == (35000, 0, 0, "")
        assert held(campaign) == []

    def test_a_rise_is_not_paid_where_the_notice_says_so(self, campaign, wang):
        rewrite(campaign, ("[subsidies]\n", '[subsidies]\ntop_up = false\nchange_clause = "五3"\n'))
        mark(campaign, wang, "minimum_living")  # the first category is no rise
        mark(campaign, wang, "lifted")
        assert decisions() == [("owed", "reimbursement", 8000), ("no_top_up", "", 0)]
        assert Repricing.objects.get(outcome="no_top_up").clause == "五3"


class TestRosters:
    ROW = {"姓名": "王小明", "身份证号": WANG, "类别": "脱贫享受政策户", "识别时间": "2022-9-1"}

    @pytest.fixture
    def roster(self, campaign, tmp_path):
        from tests.subsidies.rosters.lists import write as write_list

        def roster(rows, name="名单.csv", full=False, confirmed=None):
            from enrollment import files
            from enrollment.models import SourceFile
            from subsidies.models import Roster
            from subsidies.rosters import run

            path = write_list(tmp_path / name, rows)
            by = User.system()
            file = files.take_in(campaign, SourceFile.Kind.ROSTER, name, path, by, NOW)
            row = Roster.objects.create(
                file=file, source="rural-revitalisation", as_of=date(2022, 9, 30), full=full,
                region=campaign.region if full else None, category="lifted",
            )  # fmt: skip
            run.take_in(
                row, path, by=by, now=NOW, progress=lambda *a: None, accepting=True,
                confirmed=confirmed, why="九月名单",
            )  # fmt: skip
            changes.consume()
            row.refresh_from_db()
            return row

        return roster

    @pytest.fixture
    def undo(self):
        from subsidies.rosters import run

        def undo(row):
            run.undo(row, by=User.system(), now=NOW, why="发错了")
            changes.consume()

        return undo

    def test_a_roster_prices_again_and_its_undoing_prices_back(
        self, campaign, wang, registered, roster, undo
    ):
        row = roster([self.ROW])
        assert parts(registered) == (35000, 0, 25000, "lifted")
        assert row.file.counts["repriced"] == {"updated": 1}
        assert Repricing.objects.get().file_id == row.file_id
        assert AuditEntry.objects.get(action="reprice").why == "九月名单"
        undo(row)
        assert parts(registered) == (35000, 0, 0, "")
        assert held(campaign) == []

    def test_what_a_roster_owed_is_owed_no_more_when_it_is_undone(
        self, campaign, wang, registered, roster, undo, pays
    ):
        pays()
        row = roster([self.ROW])
        undo(row)
        assert_table(
            Repricing, ["outcome", "fen", "withdrawn_at"],
            [("owed", 25000, NOW), ("same", 0, None)],
        )  # fmt: skip

    @pytest.mark.parametrize(("claw_back", "outcome"), [(False, "fall_kept"), (True, "taken_back")])
    def test_who_leaves_a_full_list_after_paying(
        self, campaign, wang, registered, roster, pays, make_resident, claw_back, outcome
    ):
        if claw_back:
            rewrite(campaign, ("[subsidies]\n", "[subsidies]\nclaw_back = true\n"))
        roster([self.ROW])
        pays()
        make_resident("李四", number=LI)
        li = {**self.ROW, "姓名": "李四", "身份证号": LI}
        roster([li], name="十月.csv", full=True, confirmed=1)
        assert parts(registered) == (35000, 0, 25000, "lifted")
        assert decisions()[1:] == [(outcome, "", -25000 if claw_back else 0)]
        assert held(campaign) == []

    def test_people_who_are_not_registered_cost_nothing(self, campaign, wang, roster):
        assert roster([self.ROW]).file.counts["repriced"] == {}
        assert not Repricing.objects.exists()
        assert not AuditEntry.objects.filter(action="reprice").exists()


def test_situations_are_priced_not_people(
    campaign, places, make_resident, write, django_assert_max_num_queries
):
    """Twenty people cost as many queries as one."""
    from django.db import connection, transaction

    from subsidies import repricing
    from tests.enrollment.people import number

    people = [make_resident(f"张{n}", number=number("19900101", n + 1)) for n in range(20)]
    for person in people:
        write.register(person, Fact("north-1", NOW))
        Entitlement.objects.create(
            campaign=campaign, resident=person, category="lifted", source="名单", known_at=NOW,
            recognised_on=date(2022, 9, 1), marked_by=User.system(),
        )  # fmt: skip
    ids = [person.pk for person in people]
    with (
        django_assert_max_num_queries(30),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        repricing.stage_people(cursor, campaign, resident_ids=ids)
        counts = repricing.reprice(cursor, campaign, by=User.system(), now=NOW, why="名单")
    assert counts == {"updated": 20}
    assert Registration.objects.filter(hardship="lifted", reimbursed_fen=25000).count() == 20
