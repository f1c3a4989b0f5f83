"""Every notice at hand, with people made up by its own rules: what `generate` says must come of
them is what import, registration and payments make of them, line by line and fen by fen.

A notice that leaves windows, the fee or targets open is completed here as a person would do it.
"""

import csv
import io
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from enrollment import changes, files
from enrollment.bulk import import_residents, register_file
from enrollment.models import Identity, Region, Registration, SourceFile, SourceProblem, User
from enrollment.services.campaigns import load_notice, move_clock, read_notice
from enrollment.services.regions import COLUMNS, load_regions
from payments.models import Payment
from payments.services import import_payments
from quotas.models import Target, TargetSet
from reports.progress import queries, rollups
from subsidies.services import mark_hardship
from tests.notices.worked import NOTICES

HERE = Path(__file__).parent
FILES = sorted(
    path
    for folder in (NOTICES, HERE / "elsewhere", HERE / "strangers")
    for path in folder.glob("*.toml")
    if "\n[campaign]" in path.read_text("utf-8")  # the others are only parents
)
PEOPLE = 300
WINDOW = """
[[windows]]
key = "agreed"
title = "补写的缴费期"
from = 2022-11-01
until = 2022-12-25
clause = "补"
"""
FEE = """
[fee]
individual_fen = 35000
clause = "补"
words = "补写的个人缴费"
"""
# Fees that are told apart, in fen. tiers 四（一）, （三）: 400 yuan, in the time after with the
# treasuries' 670 on top. lanjiang 一（一）, 二: 400 or 775 by the tier that the file tells, later
# with 670 on top. bands 一: 495 from 70 on, 665 from 60 on, 835 of adults, 245 below.
FEES = {
    "tanghe-2023": {35000},
    "jincheng-2022": {32000},
    "tiers-2025": {40000, 107000},
    "lanjiang-2025": {40000, 77500, 107000, 144500},
    "bands-2024": {49500, 66500, 83500, 24500},
}
AMOUNTS = (
    "fee_fen",
    "own_fen",
    "on_behalf_fen",
    "deducted_fen",
    "reimbursed_fen",
    "hardship",
)


def completed(path, folder):
    """The notice with what it leaves open written into it, as its own paths require."""
    read = read_notice(path)
    text = read.text
    for written in filter(None, (read.policy.regions, read.policy.extends)):
        text = text.replace(f'"{written}"', f'"{(path.parent / written).resolve()}"', 1)
    text += "" if read.policy["windows"] else WINDOW
    text += "" if read.policy["fee"] else FEE
    whole = folder / path.name
    whole.write_text(text, "utf-8")
    return whole


def with_targets(campaign):
    """Equal targets for the places below, where the notice has none for them."""
    below = list(Region.objects.filter(parent=campaign.region))
    stated = Target.objects.filter(
        target_set__campaign=campaign, target_set__slug="notice", region__in=below
    )
    if stated.exists():
        return
    entered, _new = TargetSet.objects.get_or_create(
        campaign=campaign,
        slug="notice",
        defaults={"title": "补录的任务", "insurance": campaign.insurance},
    )
    Target.objects.bulk_create(
        Target(target_set=entered, region=region, persons=100) for region in below
    )


def with_villages(campaign, folder):
    """A village in each place below that has none: nobody can live anywhere else."""
    rows = []
    for place in Region.objects.filter(parent=campaign.region):
        if Region.objects.within(place).lived_in().exists():
            continue
        town = Region.objects.within(place).filter(level="township").first()
        key = town.key if town else f"{place.key}-town"
        if town is None:
            rows.append((key, place.key, "township", "division", 1, f"{place.name}东镇"))
        rows.append((f"{key}-village", key, "village", "division", 1, "东村"))
    with (folder / "more.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    if rows:
        load_regions(folder / "more.csv")


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class Taken:
    """What has come of one notice's files, and what was told beforehand."""

    def __init__(self, path, folder):
        self.folder = folder / "out"
        policy = read_notice(completed(path, folder)).policy
        self.now = max(window.ends for window in policy["windows"])
        self.by = User.system()
        first = min(window.starts for window in policy["windows"])
        self.campaign = load_notice(folder / path.name, by=self.by, now=first, practice=True)
        with_targets(self.campaign)
        with_villages(self.campaign, folder)
        move_clock(self.campaign, to=self.now, by=self.by)
        self.campaign.refresh_from_db()
        self.counts = self._command("generate", "--scale", str(PEOPLE), "--seed", "5",
                                    "--out", str(self.folder), "--hardship", "8")  # fmt: skip
        self.truth = json.loads((self.folder / "truth.json").read_text("utf-8"))
        self.imported = self._take("residents", import_residents, now=first)
        assert self.imported["new"] == self.counts["residents"], self.imported
        self._mark(first)
        self.registered = self._take("registrations", register_file)
        self.paid = {name: self._pay(name) for name in self.truth["files"]}
        changes.consume()
        rollups.refresh(self.campaign, as_of=self.now)

    def _command(self, name, *arguments):
        out = io.StringIO()
        call_command(name, self.campaign.slug, *arguments, "--json", stdout=out,
                     stderr=io.StringIO())  # fmt: skip
        return json.loads(out.getvalue().splitlines()[-1])

    def _file(self, kind, name, now):
        path = self.folder / name
        return files.take_in(self.campaign, kind, name, path, self.by, now), path

    def _take(self, kind, take, now=None):
        file, path = self._file(kind, f"{kind}.csv", now or self.now)
        return take(file, path, by=self.by, now=now or self.now, progress=lambda *told: None)

    def _pay(self, name):
        file, path = self._file(SourceFile.Kind.PAYMENTS, name, self.now)
        return import_payments(file, path, by=self.by, now=self.now)

    def _mark(self, now):
        papers = Identity.objects.select_related("resident")
        holders = {each.number.reveal(): each.resident for each in papers}
        rules = self.campaign.policy["subsidies"]
        for row in rows_of(self.folder / "roster.csv"):
            mark_hardship(
                campaign=self.campaign,
                resident=holders[row["证件号码"]],
                category=rules.named(row["类别"]).key,
                recognised_on=date.fromisoformat(row["认定日期"]),
                source="名单",
                by=self.by,
                now=now,
                grade=row["级别"],
            )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_generate_tells_is_what_comes_of_it(db, path, tmp_path):
    taken = Taken(path, tmp_path)
    assert_registered(taken)
    assert_paid(taken)
    assert_counted(taken)
    assert taken._command("check_books")["ok"]


def assert_registered(taken):
    """Everybody whom the notice takes, at the amounts told; the others by line, with the clause."""
    refused = {line: why for why in taken.truth["refused"] for line in why["lines"]}
    assert taken.registered["read"] == taken.counts["registrations"]
    assert taken.registered["rejected"] == len(refused) == taken.counts["refused"]
    assert taken.registered["registered"] == taken.truth["totals"]["registered"]
    problems = SourceProblem.objects.filter(file__kind="registrations", rejected=True)
    told = {line: (why["problem"], why["words"]) for line, why in refused.items()}
    found = {each.line: (each.code, each.message) for each in problems}
    assert found.keys() == told.keys()
    for line, (problem, words) in told.items():
        assert found[line][0] == problem and words[:200] in found[line][1]
    amounts = Counter()
    for row in taken.truth["amounts"]:
        amounts[tuple(row[name] for name in AMOUNTS)] += row["people"]
    assert Counter(Registration.objects.values_list(*AMOUNTS)) == amounts
    fees = {row["fee_fen"] for row in taken.truth["amounts"]}
    assert fees == FEES.get(taken.campaign.slug, fees)


def assert_paid(taken):
    """Each line's outcome; each payment's standing, the first of its file and in the end."""
    for name, told in taken.truth["files"].items():
        result = taken.paid[name]
        assert result["matched"] == told["when_taken_in"]["matched"]
        assert result["open"] == told["when_taken_in"]["open"]
    names = dict(SourceFile.objects.values_list("pk", "name"))
    standing = {(names[each.file_id], each.line): each for each in Payment.objects.all()}
    windows = taken.campaign.policy["windows"]
    for name, told in taken.truth["files"].items():
        for line, entry in told["lines"].items():
            if entry["outcome"] != "new" or "kind" in entry:
                assert (name, int(line)) not in standing
                continue
            payment = standing.pop((name, int(line)))
            assert (payment.standing, payment.cause or "") == (
                entry["standing"], entry.get("cause", ""),
            ), (name, line, entry)  # fmt: skip
            assert payment.refund_due_fen == entry.get("refund_due_fen", 0)
            if payment.standing == "matched":
                row = taken.truth["amounts"][entry["amount"]]
                part = "on_behalf_fen" if entry.get("case") == "on_behalf" else "own_fen"
                assert payment.matched_fen == row[part]
            assert any(window.accepts("payment", payment.paid_at) for window in windows)
            assert not payment.late
    assert standing == {}
    assert sum(each["fen"] for each in taken.paid.values()) == taken.truth["totals"]["fen"]["net"]


def assert_counted(taken):
    units = list(Region.objects.filter(key__in=taken.truth["units"]))
    counts = queries.standings(taken.campaign, [unit.pk for unit in units])[1]
    for unit in units:
        told, found = taken.truth["units"][unit.key], counts[unit.pk]
        assert (found.registered, found.enrolled) == (told["registered"], told["enrolled"])
