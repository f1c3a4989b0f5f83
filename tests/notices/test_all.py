"""The notices shipped load alone and one after the other, in whatever order."""

import pytest

from enrollment.models import Campaign, User
from enrollment.services.campaigns import load_notice
from quotas.models import Target
from tests.conftest import at
from tests.notices.worked import NOTICES, notice

STEMS = sorted(path.stem for path in NOTICES.glob("*.toml"))
CAMPAIGNS = [stem for stem in STEMS if notice(stem)["campaign"]]
# Persons by the annexes: 8,780.58 and 615.79 ten thousands; the others as printed.
TARGETS = {
    ("henan-2022-43", "notice"): 87_805_800,
    ("zhengzhou-2023", "notice"): 6_157_900,
    ("zhengzhou-2023", "province"): 6_157_900,
    ("jincheng-2022", "notice"): 1_630_000,
    ("jincheng-2022", "employees"): 521_000,
    ("tanghe-2023", "notice"): 1_143_900,
}
OPEN = {"tanghe-2023", "jincheng-2022", "ganzhou-2023"}


def test_the_slug_of_a_notice_is_the_stem_of_its_file():
    assert [notice(stem).slug for stem in CAMPAIGNS] == CAMPAIGNS
    assert set(STEMS) - set(CAMPAIGNS) == {"henan-2022-5"}


@pytest.mark.parametrize("order", [1, -1], ids=["forward", "backward"])
def test_all_load_one_after_the_other(db, order):
    for stem in CAMPAIGNS[::order]:
        now = at("2022-11-20 09:00")
        load_notice(NOTICES / f"{stem}.toml", by=User.system(), now=now, practice=True)
    states = dict(Campaign.objects.values_list("slug", "state"))
    assert {slug for slug, state in states.items() if state == "open"} == OPEN
    found: dict[tuple[str, str], int] = {}
    rows = Target.objects.values_list("target_set__campaign__slug", "target_set__slug", "persons")
    for slug, name, persons in rows:
        found[slug, name] = found.get((slug, name), 0) + persons
    assert found == TARGETS


def test_places_of_several_notices_are_one_tree(db):
    for stem in ("tanghe-2023", "henan-2022-43"):
        now = at("2022-11-20 09:00")
        load_notice(NOTICES / f"{stem}.toml", by=User.system(), now=now, practice=True)
    county = Campaign.objects.get(slug="tanghe-2023").region
    province = Campaign.objects.get(slug="henan-2022-43").region
    assert province.contains(county)


@pytest.mark.parametrize("stem", STEMS)
def test_every_rule_names_its_clause(stem):
    """What a user is told as a reason has a place in a notice."""
    policy = notice(stem)
    rules = [
        *policy["eligibility"].exclusions,
        *policy["eligibility"].kinds,
        *policy["windows"],
        *policy["subsidies"].categories,
        *policy["refunds"],
        *policy["channels"],
        *policy["denominators"],
        *policy["checkpoints"],
        *policy["rankings"],
        *policy["follow_up"],
        *policy["appraisal"].stages,
        *policy["appraisal"].rewards,
        *(each for each in (policy["fee"], policy["fiscal"], policy["attribution"]) if each),
    ]
    assert rules and [rule for rule in rules if not rule.clause] == []


@pytest.mark.parametrize("stem", STEMS)
def test_what_a_document_names_and_is_not_at_hand_is_cited(stem):
    assert notice(stem).cites or notice(stem).extends


def test_the_heads_of_the_notices():
    """Issuers in order, number, date printed, addressees."""
    heads = {stem: notice(stem)["document"] for stem in STEMS}
    assert {stem: (len(head.issuers), head.number) for stem, head in heads.items()} == {
        "ganzhou-2023": (3, "区医保发〔2022〕69号"),
        "henan-2022-43": (5, "豫医保办〔2022〕43号"),
        "henan-2022-5": (3, "豫医保〔2022〕5号"),
        "jiaozuo-2023": (3, "焦医保〔2022〕77号"),
        "jincheng-2022": (1, "晋市医保发〔2021〕20号"),
        "tanghe-2023": (1, "唐政办〔2022〕62号"),
        "zhengzhou-2023": (6, "郑医保办〔2022〕69号"),
    }
    assert all(head.addressees and head.kind == "文件" for head in heads.values())
    assert str(heads["jincheng-2022"].issued_on) == "2021-08-11"
    assert "航空港" in heads["zhengzhou-2023"].issuers[3]
    assert any("航空港区" in each for each in heads["henan-2022-43"].addressees)


def test_who_gets_a_copy_is_told_with_the_head():
    copies = {stem: notice(stem)["document"].copies_to for stem in STEMS}
    told = ("县委、县政府领导及办公室", "县人大、县政协办公室")
    assert {stem: names for stem, names in copies.items() if names} == {"tanghe-2023": told}


def test_hardship_people_are_a_denominator_everywhere():
    for stem in STEMS:
        shares = [
            each.threshold_bp for each in notice(stem)["denominators"] if each.of == "hardship"
        ]
        assert shares == [10000], stem
