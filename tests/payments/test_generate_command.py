"""`manage.py generate`: what it takes from a campaign, and when it refuses."""

import io
import json
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from enrollment.errors import Refused
from enrollment.facts import Condition
from enrollment.sections import FeeRule
from payments.generate.from_campaign import charge_for
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


def test_several_fees_are_refused_for_one_truth_is_told_of_all(campaign, monkeypatch):
    fee = campaign.policy["fee"]
    assert charge_for(campaign).due_fen == fee.individual_fen
    free = FeeRule("新生儿", 0, Condition((("category", ("1401",)),)))
    monkeypatch.setitem(campaign.policy.sections, "fee", replace(fee, rules=(free,)))
    with pytest.raises(Refused):
        charge_for(campaign)
