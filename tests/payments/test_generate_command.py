"""`manage.py generate`: what it takes from a campaign, and when it refuses."""

import io
import json
from collections import Counter
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from enrollment.errors import Refused
from enrollment.facts import Condition, Range
from enrollment.sections import FeeRule
from payments.generate import generate
from payments.generate.from_campaign import charge_for, plan_for
from quotas.models import Target
from tests.payments.test_generate import Written, settle


def run(*arguments):
    out = io.StringIO()
    call_command("generate", *arguments, "--json", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue().splitlines()[-1])


def test_the_command_takes_units_windows_and_fee_from_the_notice(campaign, tmp_path):
    counts = run("small-2023", "--scale", "300", "--seed", "1", "--out", str(tmp_path))
    assert counts["residents"] == 300
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    people = {unit["name"]: unit["people"] for unit in truth["units"].values()}
    assert people == {"城北镇": 100, "城南乡": 200}  # targets 10 and 20
    assert truth["due_fen"] == 35000
    made = Written(tmp_path)
    assert settle(made.files, made.residents, made.registered) == made.told()
    rows = [row for file in made.files.values() for _, row in file]
    assert {row["费款所属期止"] for row in rows} <= {"2023-12-31", "2022-12-31", "2024-12-31", ""}
    assert {row["税务机关"] for row in rows} == {"国家税务总局安平县税务局"}
    assert {row["村"] for row in made.residents.values()} >= {"东湖村", "西湖村", "柳园社区"}


def test_the_command_takes_a_ratio_of_the_targets(campaign, tmp_path):
    counts = run("small-2023", "--scale", "1:3", "--seed", "1", "--out", str(tmp_path))
    assert counts["residents"] == 10  # 30 / 3


@pytest.mark.parametrize("scale", ["0", "many", "1:0", "1.5", "-3"])
def test_the_command_refuses_a_scale_it_does_not_understand(campaign, tmp_path, scale):
    with pytest.raises(CommandError, match="scale"):
        call_command("generate", "small-2023", f"--scale={scale}", "--seed=1", f"--out={tmp_path}")


def test_the_command_does_not_write_over_a_file(campaign, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(SystemExit) as refusal:
        call_command(
            "generate",
            "small-2023",
            "--scale=9",
            "--seed=1",
            f"--out={taken}",
            stderr=io.StringIO(),
        )
    assert refusal.value.code == 1
    assert taken.read_text() == "mine"


def test_a_campaign_without_targets_is_refused(campaign, tmp_path):
    Target.objects.all().delete()
    errors = io.StringIO()
    with pytest.raises(SystemExit) as refusal:
        call_command(
            "generate",
            "small-2023",
            "--scale=9",
            "--seed=1",
            f"--out={tmp_path / 'x'}",
            stderr=errors,
        )
    assert refusal.value.code == 1
    assert errors.getvalue().strip()
    assert not (tmp_path / "x").exists()


def test_everything_that_is_missing_is_told_by_name(campaign, monkeypatch, tmp_path):
    for section in ("fee", "windows"):
        monkeypatch.setitem(campaign.policy.sections, section, () if section == "windows" else None)
    Target.objects.all().delete()
    with pytest.raises(Refused) as refusal:
        plan_for(campaign, people=9, seed=1)
    said = " ".join(refusal.value.messages)
    assert len(refusal.value.messages) == 3
    assert all(word in said for word in ("个人缴费", "期限", "任务")), said
    with pytest.raises(Refused):
        charge_for(campaign)


def test_what_a_rule_says_is_owed_and_whom_it_frees_does_not_pay(campaign, monkeypatch, tmp_path):
    """Children under six pay nothing by the rule, 60 and older 200 yuan, the others 350."""
    free = FeeRule("学龄前儿童", 0, Condition((("category", ("1401", "1402")),)))
    old = FeeRule("老年人", 20000, Condition((("age", Range(60, None)),)))
    fee = replace(campaign.policy["fee"], rules=(free, old))
    monkeypatch.setitem(campaign.policy.sections, "fee", fee)
    generate(plan_for(campaign, people=400, seed=1), charge_for(campaign), tmp_path)
    made = Written(tmp_path)
    born = {
        number: number[6:14] if len(number) == 18 else "?"  # old cards of foreigners tell nothing
        for number in made.registered
    }
    due = {"0": 0, "1": 20000, "2": 35000}
    told = Counter(
        due[
            "0"
            if row["人员类别"] in ("1401", "1402")
            else "1"
            if born[number] <= "19630101"
            else "2"
        ]
        for number, row in made.registered.items()
    )
    found = Counter({row["own_fen"]: row["people"] for row in made.truth["amounts"]})
    assert found == told and min(found.values()) > 0
    assert made.truth["due_fen"] is None
    paid = {
        entry["amount"]
        for file in made.truth["files"].values()
        for entry in file["lines"].values()
        if entry.get("standing") == "matched"
    }
    amounts = made.truth["amounts"]
    assert {amounts[at]["own_fen"] for at in paid} == {20000, 35000}
