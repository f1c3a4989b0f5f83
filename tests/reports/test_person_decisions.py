"""Each decision on a person's page keeps its reason: which list, which row, which clause; the whole
way from a list to the money in the bank, and what the policy leaves out."""

import re
from datetime import date
from html import unescape

import pytest

from config.lib.siv import seal
from enrollment import changes, files
from enrollment.models import Registration, SourceFile, User
from payments.books import checks
from subsidies.models import Entitlement, PayOut, PayOutBatch, Repricing, Roster
from subsidies.payouts import services
from subsidies.queries import marked_late
from subsidies.rosters import run
from tests.conftest import at
from tests.payments.lines import LI, WANG, Row, take_in
from tests.reports.facts import Fact, Writer
from tests.subsidies.rosters.lists import write as write_list
from tests.subsidies.test_repricing import BACK, CHANGE, rewrite

NOW = at("2022-11-18 16:30")
ACCOUNT = "6217000012345678903"


@pytest.fixture
def wang(campaign, make_resident):
    return make_resident("王小明", number=WANG)


@pytest.fixture
def registered(campaign, places, make_resident, wang):
    write = Writer(campaign, places, make_resident)
    return write.register(wang, Fact("north-1", at("2022-11-10 09:00")))


@pytest.fixture
def pays(campaign, tmp_path):
    def pays():
        take_in(campaign, tmp_path, [Row()], name="税务-1.csv", now=at("2022-11-18 11:00"))
        changes.consume()

    return pays


@pytest.fixture
def roster(campaign, tmp_path, make_resident):
    """A roster on which Wang stands, or somebody else alone, as a worker accepts it."""

    def roster(category, name, *, on="2022-9-1", full=False, source="civil-affairs", who=None):
        rows = [who or {"姓名": "王小明", "身份证号": WANG, "认定时间": on}]
        path = write_list(tmp_path / name, rows)
        by = User.system()
        file = files.take_in(campaign, SourceFile.Kind.ROSTER, name, path, by, NOW)
        row = Roster.objects.create(
            file=file, source=source, as_of=date(2022, 9, 30), category=category, full=full,
            region=campaign.region if full else None,
        )  # fmt: skip
        run.take_in(
            row, path, by=by, now=NOW, progress=lambda *a: None, accepting=True,
            confirmed=1 if full else None, why=name,
        )  # fmt: skip
        Entitlement.objects.update(account=seal(ACCOUNT))
        changes.consume()
        return row

    return roster


def page(client, person):
    html = unescape(client.get(f"/c/small-2023/people/{person.pk}/").content.decode())
    words = re.sub(r"\s+", " ", re.sub(r"<.*?>", " ", html))
    return html, words


def decisions():
    return list(Repricing.objects.order_by("pk").values_list("outcome", "kind", "fen"))


def sound(campaign):
    return [check.name for check in checks(campaign) if not check.ok] == []


class TestPaidByOneselfThoughFullySubsidised:
    def test_from_the_list_to_the_account(
        self, campaign, wang, registered, pays, roster, cast, sign_in
    ):
        rewrite(campaign, BACK)
        pays()
        found = roster("five_guarantees", "特困名单.csv")
        assert decisions() == [("owed", "paid_already", 35000)]
        due = PayOut.objects.get()
        assert (due.funder, due.fen, due.clause) == ("县财政", 35000, "五（二）1")
        batch = services.make_batch(
            campaign, funder="县财政", month=due.due_month, by=cast["alice"], now=NOW
        )
        services.check_batch(batch, by=cast["dana"], now=NOW)
        services.mark_exported(batch, by=cast["alice"], now=NOW)
        services.confirm_batch(batch, by=cast["alice"], now=NOW)
        assert PayOutBatch.objects.get().state == "confirmed"
        assert sound(campaign)
        html, words = page(sign_in("alice"), wang)
        assert "资助重新判定：应资助而本人已缴" in words and "特困名单.csv" in words
        assert f"/rosters/{found.pk}/" in html and "五（二）1" in words and "350.00" in words

    def test_where_the_notice_is_silent_the_page_says_why_nothing_comes_back(
        self, campaign, wang, registered, pays, roster, sign_in
    ):
        pays()
        roster("five_guarantees", "特困名单.csv")
        assert decisions() == [("not_back", "", 0)] and not PayOut.objects.exists()
        assert "本人已缴费，通知未规定退补" in page(sign_in("bob"), wang)[1]


class TestChangesOverTime:
    def test_a_rise_before_payment_changes_what_is_due(
        self, campaign, wang, registered, roster, sign_in
    ):
        roster("minimum_living", "低保名单.csv")
        roster("five_guarantees", "特困名单.csv")
        registered.refresh_from_db()
        assert (registered.own_fen, registered.on_behalf_fen) == (0, 35000)
        words = page(sign_in("bob"), wang)[1]
        assert "原为 一般低保户" in words and "特困名单.csv" in words
        assert sound(campaign)

    def test_a_rise_after_payment_is_the_difference_with_both_clauses(
        self, campaign, wang, registered, pays, roster, sign_in
    ):
        rewrite(campaign, ("\n[subsidies]\n", CHANGE))
        roster("minimum_living", "低保名单.csv")
        pays()
        roster("lifted", "脱贫名单.csv")
        assert decisions()[1] == ("owed", "top_up", 17000)  # 250 - 80
        assert [row.fen for row in PayOut.objects.order_by("pk")] == [8000, 17000]
        words = page(sign_in("bob"), wang)[1]
        assert "身份变化的，只补差额" in words and "五（三）" in words and "170.00" in words
        assert sound(campaign)

    @pytest.mark.parametrize("paid", [True, False])
    def test_the_category_ends(self, campaign, wang, registered, pays, roster, sign_in, paid):
        roster("lifted", "脱贫名单.csv")
        if paid:
            pays()
        other = {"姓名": "李四", "身份证号": LI, "认定时间": "2022-9-1"}
        roster("lifted", "十月名单.csv", full=True, who=other)
        registered.refresh_from_db()
        _html, words = page(sign_in("alice"), wang)
        assert "退出名单「脱贫享受政策户」" in words and "十月名单.csv" in words
        if paid:  # not taken back
            assert decisions()[-1] == ("fall_kept", "", 0) and registered.reimbursed_fen == 25000
            assert [row.fen for row in PayOut.objects.filter(ended_at=None)] == [25000]
        else:
            assert decisions()[-1] == ("updated", "", 0) and registered.reimbursed_fen == 0
            assert not PayOut.objects.filter(ended_at=None).exists()
        assert sound(campaign)


class TestLeftOut:
    def test_the_dead_on_a_list(self, campaign, wang, registered, pays, roster, sign_in):
        pays()
        roster("list:dead", "死亡名单.csv", source="police")
        roster("lifted", "脱贫名单.csv")
        assert decisions() == [("dead", "", 0)] and not PayOut.objects.exists()
        words = page(sign_in("bob"), wang)[1]
        assert "死亡名单.csv" in words

    @pytest.mark.parametrize("paid", [True, False])
    def test_recognised_after_the_window(
        self, campaign, wang, registered, pays, roster, sign_in, paid
    ):
        if paid:
            pays()
        roster("lifted", "十二月名单.csv", on="2022-12-1")  # the last day is 2022-11-30
        assert decisions() == [("recognised_late", "", 0)] and not PayOut.objects.exists()
        words = page(sign_in("bob"), wang)[1]
        assert "集中缴费期结束后认定的，当年不享受资助" in words and "认定过期" in words
        assert sound(campaign)

    def test_marked_after_collection_began_is_a_list_and_counts_all_the_same(
        self, campaign, wang, registered, roster
    ):
        before = '{ before = "collection", clause = "六", words = "征收前标识" }'
        rewrite(campaign, ("\n[subsidies]\n", f"\n[subsidies]\nmarked = {before}\n"))
        roster("lifted", "脱贫名单.csv")  # on 2022-11-18; collection began on 2022-10-15
        assert [row.resident for row in marked_late(campaign, campaign.region)] == [wang]
        registered.refresh_from_db()
        assert registered.reimbursed_fen == 25000


class TestOneStands:
    @pytest.mark.parametrize("is_registered", [True, False])
    def test_the_highest_applies_and_the_others_are_shown(
        self, campaign, wang, places, make_resident, roster, sign_in, is_registered
    ):
        if is_registered:
            Writer(campaign, places, make_resident).register(wang, Fact("north-1", NOW))
        roster("minimum_living", "低保名单.csv")
        roster("lifted", "脱贫名单.csv")
        html, _words = page(sign_in("bob"), wang)
        part = html[html.index('panel-title">资助身份') :]
        rows = re.findall(r"<tr>(.*?)</tr>", part[: part.index("</table>")], re.S)
        said = [re.sub(r"\s+", " ", re.sub(r"<.*?>", " ", row)).strip() for row in rows]
        assert said[0].startswith("脱贫享受政策户 2022-09-01") and said[0].endswith("适用")
        assert said[1].startswith("一般低保户 2022-09-01") and said[1].endswith("未采用")
        assert "五（二）3" in said[2]
        if is_registered:
            assert Registration.objects.get().hardship == "lifted"

    def test_the_amounts_are_those_of_the_one_that_applies(
        self, campaign, wang, registered, pays, roster
    ):
        roster("minimum_living", "低保名单.csv")
        roster("lifted", "脱贫名单.csv")
        pays()
        assert [row.fen for row in PayOut.objects.filter(ended_at=None)] == [25000]
        assert sound(campaign)
