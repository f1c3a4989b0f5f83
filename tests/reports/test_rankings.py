"""A ranking is frozen once at its cut-off, and published when the books hold.

The small county: north has a target of 10, south of 20. The window began on 2022-10-15; on
2022-11-18 9600 × 35 / 47 = 7148 bp are required.
"""

import io
import json

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.db.models import F
from django.urls import reverse
from openpyxl import load_workbook

from enrollment.errors import Refused
from enrollment.models import AuditEntry, User
from quotas.models import TargetSet
from reports.models import Ranking, RankingRow, Rollup
from reports.progress.rollups import refresh
from reports.rankings import services
from reports.rankings.queries import known_later
from tests.conftest import assert_table, at

FRIDAY = at("2022-11-18 17:00")
NEXT = at("2022-11-25 17:00")
COLUMNS = ["name", "target", "registered", "counted", "added", "rate_bp", "rank", "previous_rank"]


@pytest.fixture
def freeze(campaign):
    def freeze(as_of=FRIDAY, now=None, **more):
        return services.freeze_ranking(
            campaign=campaign,
            kind="weekly",
            as_of=as_of,
            target_set=TargetSet.objects.get(slug="notice"),
            by=User.system(),
            now=now or as_of,
            **more,
        )

    return freeze


@pytest.fixture
def publish():
    def publish(ranking):
        return services.publish_ranking(ranking, by=User.system(), now=ranking.frozen_at)

    return publish


@pytest.fixture
def break_the_books():
    """A roll-up says one more than there is."""

    def break_them(change=1):
        assert Rollup.objects.update(enrolled=F("enrolled") + change)

    return break_them


def rows_of(ranking):
    return list(ranking.rows.values_list(*COLUMNS))


def command(campaign, *words):
    """Exit status, JSON of the last line, stderr."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("publish_ranking", campaign.slug, *words, "--json", stdout=out, stderr=err)
    except SystemExit as end:
        return end.code, out.getvalue(), err.getvalue()
    return 0, json.loads(out.getvalue().splitlines()[-1]), err.getvalue()


# --- freezing


def test_a_ranking_holds_the_figures_of_its_cut_off(campaign, enroll, freeze):
    enroll("north-1", 3)
    enroll("north-2", 1, paid=False)
    enroll("south-1", 5)
    enroll("south-2", 4, at("2022-11-18 17:01"))  # a minute too late
    ranking = freeze(now=at("2022-11-18 18:00"))
    # north: 3 of 10 = 30 %; south: 5 of 20 = 25 %
    assert rows_of(ranking) == [
        ("城北镇", 10, 4, 3, 3, 3000, 1, None),
        ("城南乡", 20, 5, 5, 5, 2500, 2, None),
    ]
    assert (ranking.number, ranking.required_bp, ranking.published_at) == (1, 7148, None)
    assert ranking.books_ok and len(ranking.checksum) == 64


def test_what_is_paid_on_the_very_instant_counts(enroll, freeze):
    enroll("north-1", 1, FRIDAY)
    assert [row[3] for row in rows_of(freeze())] == [1, 0]


def test_freezing_again_answers_the_same_ranking_and_changes_nothing(enroll, freeze):
    first = freeze()
    enroll("north-1", 2)  # registered and paid before the cut-off, known after the freeze
    again = freeze(now=at("2022-11-18 19:00"))
    assert (again.pk, again.frozen_at) == (first.pk, FRIDAY)
    assert_table(RankingRow, ["name", "counted"], [("城北镇", 0), ("城南乡", 0)])
    assert AuditEntry.objects.filter(action="freeze_ranking").count() == 1


def test_payments_that_became_known_later_are_told_beside_the_ranking(campaign, enroll, freeze):
    enroll("north-1", 1)
    ranking = freeze(now=FRIDAY)
    assert known_later(ranking) == 0
    (late,) = enroll("north-1", 1, paid=False)
    from payments.models import Match

    before = Match.objects.get()
    before.pk, before.registration_id, before.payment_id = None, late.pk, 0
    before.known_at = at("2022-11-19 08:00")
    before.save(force_insert=True)
    assert known_later(ranking) == 1


def test_the_next_week_knows_the_rank_before_and_what_was_added(enroll, freeze, publish):
    enroll("north-1", 3)
    enroll("south-1", 5)
    publish(freeze())
    enroll("south-2", 3, at("2022-11-21 09:00"))
    # north still 3 of 10 = 30 %; south 8 of 20 = 40 %, 3 more than last week
    assert rows_of(freeze(NEXT)) == [
        ("城南乡", 20, 8, 8, 3, 4000, 1, 2),
        ("城北镇", 10, 3, 3, 0, 3000, 2, 1),
    ]


def test_a_draft_is_no_ranking_before(enroll, freeze):
    enroll("north-1", 3)
    freeze()
    assert [row[-1] for row in rows_of(freeze(NEXT))] == [None, None]


def test_last_twice_running_is_reported_and_summoned(enroll, freeze, publish):
    enroll("north-1", 3)
    publish(freeze())
    ranking = freeze(NEXT)
    assert list(ranking.rows.values_list("name", "consequences")) == [
        ("城北镇", []),
        (
            "城南乡",
            [{"clause": "六（三）", "words": "通报"}, {"clause": "六（三）", "words": "约谈"}],
        ),
    ]


def test_rankings_are_numbered_without_gaps(freeze):
    assert [freeze(when).number for when in (FRIDAY, NEXT)] == [1, 2]


def test_a_region_whose_parts_have_no_target_has_no_ranking(places, freeze):
    with pytest.raises(Refused, match="城北镇"):
        freeze(region=places["north"])
    assert not Ranking.objects.exists()


def test_a_kind_the_notice_does_not_have_is_refused_with_those_it_has(campaign):
    with pytest.raises(Refused, match="weekly"):
        services.rule_of(campaign, "daily")


def test_frozen_figures_cannot_be_changed_even_by_hand(freeze):
    ranking = freeze()
    for change in (
        lambda: RankingRow.objects.update(counted=99),
        lambda: RankingRow.objects.all().delete(),
        lambda: Ranking.objects.filter(pk=ranking.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# --- publishing


def test_a_ranking_is_published_once(freeze):
    ranking = freeze()
    for by in ("alice", "dana"):
        user = User.objects.create(username=by)
        ranking = services.publish_ranking(ranking, by=user, now=FRIDAY)
    assert ranking.published_by.username == "alice"
    assert AuditEntry.objects.filter(action="publish_ranking").count() == 1


def test_nothing_is_published_until_the_books_hold(campaign, enroll, freeze, break_the_books):
    enroll("north-1", 3)
    break_the_books()
    ranking = freeze()
    assert not ranking.books_ok
    with pytest.raises(Refused, match="8"):
        services.publish_ranking(ranking, by=User.system(), now=FRIDAY)
    assert Ranking.objects.get().published_at is None
    refresh(campaign, as_of=FRIDAY)  # the recount that every tick asks for puts it right
    assert services.publish_ranking(ranking, by=User.system(), now=FRIDAY).published_at == FRIDAY


def test_a_person_cannot_publish_by_the_page_either(
    campaign, enroll, freeze, break_the_books, sign_in
):
    enroll("north-1", 3)
    break_the_books()
    ranking = freeze()
    alice = sign_in("alice")
    address = reverse("ranking-publication", args=[campaign.slug, ranking.pk])
    said = alice.post(address, follow=True).content.decode()
    assert "8 " in said and Ranking.objects.get().published_at is None
    break_the_books(-1)
    alice.post(address)
    assert Ranking.objects.get().published_by.username == "alice"


def test_a_draft_is_seen_by_the_bureau_and_a_published_one_by_the_township(
    campaign, freeze, publish, sign_in
):
    ranking = freeze()
    address = reverse("ranking", args=[campaign.slug, ranking.pk])
    assert [sign_in(who).get(address).status_code for who in ("alice", "bob")] == [200, 404]
    publish(ranking)
    page = sign_in("bob").get(address)
    assert page.status_code == 200 and "城北镇" in page.content.decode()


def test_a_clerk_is_led_only_to_places_of_their_own(campaign, freeze, publish, sign_in, places):
    address = reverse("ranking", args=[campaign.slug, publish(freeze()).pk])
    to_north, to_south = (
        reverse("progress-region", args=[campaign.slug, places[key].pk])
        for key in ("north", "south")
    )
    shown = sign_in("bob").get(address).content.decode()
    assert to_north in shown and to_south not in shown
    assert to_south in sign_in("alice").get(address).content.decode()


# --- the command


def test_the_command_freezes_publishes_and_answers_the_rows(campaign, enroll):
    enroll("north-1", 3)
    status, answer, _err = command(campaign, "--as-of", "2022-11-18 17:00")
    assert status == 0 and answer["published"] and answer["number"] == 1
    assert answer["as_of"] == "2022-11-18T17:00:00+08:00"
    assert answer["rows"] == [
        {
            "region": "139901001000", "name": "城北镇", "target": 10, "registered": 3,
            "counted": 3, "rate_bp": 3000, "rank": 1, "previous_rank": None, "consequences": [],
        },
        {
            "region": "139901002000", "name": "城南乡", "target": 20, "registered": 0,
            "counted": 0, "rate_bp": 0, "rank": 2, "previous_rank": None,
            "consequences": [{"clause": "六（三）", "words": "通报"}],
        },
    ]  # fmt: skip
    assert Ranking.objects.get().pk == answer["ranking"]


def test_the_command_again_answers_the_same(campaign):
    first, again = (command(campaign, "--as-of", "2022-11-18 17:00")[1] for _n in range(2))
    assert first == again and Ranking.objects.count() == 1


def test_the_command_leaves_nothing_behind_when_the_books_do_not_hold(
    campaign, enroll, break_the_books
):
    enroll("north-1", 3)
    break_the_books()
    status, out, err = command(campaign, "--as-of", "2022-11-18 17:00")
    assert (status, out) == (1, "") and "8" in err
    assert not Ranking.objects.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "city"], "city"),
        (["--kind", "daily"], "weekly"),
        (["--region", "nowhere"], "nowhere"),
        (["--region", "north"], "城北镇"),  # its villages have no targets
    ],
)
def test_the_command_refuses_what_there_is_not(campaign, words, said):
    status, _out, err = command(campaign, "--as-of", "2022-11-18 17:00", *words)
    assert status == 1 and said in err


def test_a_real_campaign_is_not_ranked_ahead_of_time(campaign):
    campaign.practice, campaign.clock = False, None
    campaign.save()
    status, _out, err = command(campaign, "--as-of", "2099-01-01")
    assert status == 1 and err


# --- Excel


def test_the_workbook_holds_the_weekly_reports_columns(campaign, enroll, freeze, sign_in):
    enroll("north-1", 3)
    enroll("south-1", 5)
    ranking = freeze()
    response = sign_in("alice").get(reverse("ranking-xlsx", args=[campaign.slug, ranking.pk]))
    assert "small-2023-weekly-1.xlsx" in response["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(response.content)).active
    cells = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert "安平县" in cells[0][0] and "2022-11-18 17:00" in cells[1][0]
    assert len([name for name in cells[2] if name]) == 11
    # required 71.48 %: north 30.00 − 71.48 = −41.48; south 25.00 − 71.48 = −46.48
    assert cells[3] == [1, "城北镇", 10, 3, 3, 3, 30, 1, None, -41.48, None]
    assert cells[4] == [2, "城南乡", 20, 5, 5, 5, 25, 2, None, -46.48, "通报"]
    assert cells[5][2:7] == [30, 8, 8, 8, 26.66]  # 8 of 30 = 26.666… %, rounded down
    assert len(cells) == 6
