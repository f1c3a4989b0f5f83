"""Payment files with faults: what truth.json says is worked out again from the files alone.

`settle` below is a second, slow statement of how standings are decided (docstring of
payments.generate); it reads only what was written and knows nothing of the cases.
"""

import csv
import hashlib
import json
from collections import Counter, defaultdict
from datetime import date
from random import Random

import pytest
from python_calamine import CalamineWorkbook

from config.lib import dates, idnumber, names
from payments.generate import CASES, COLUMNS, generate
from payments.generate.cases import damage, untidy
from tests.conftest import at
from tests.made_up import charge, plan

TODAY = date(2023, 1, 1)
DUE = 35000


def fen(text):
    yuan, cents = text.split(".")
    return int(yuan + cents)


def read_people(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["证件号码"]: row for row in csv.DictReader(file)}


def read_rows(path, encoding="gb18030"):
    """(line number, row by header) of a CSV without a title."""
    with path.open(encoding=encoding, newline="") as file:
        return list(enumerate(csv.DictReader(file), start=2))


def number_of(row):
    """The number a row means: cleaned, 15 digits made 18; as written where it is damaged."""
    kind = idnumber.kind_from_words(row["证件类型"])
    verdict = idnumber.judge(row["证件号码"], TODAY, kind)
    return verdict.number if verdict.ok else row["证件号码"]


def original_of(row):
    return row["原电子税票号码"] or row["备注"].rpartition("：")[2]


def settle(files, residents, registered):
    """Outcome of every line, in order: {(file, line): {outcome, standing, cause, …}}."""
    told, seen = {}, {}
    payments, corrections = [], []
    for name, rows in files.items():
        occurrences = Counter()
        for line, row in rows:
            if not row["缴款日期"]:
                told[name, line] = {"outcome": "rejected", "problem": "no_date"}
                continue
            if not row["费款所属期起"]:
                told[name, line] = {"outcome": "rejected", "problem": "no_year"}
                continue
            number = number_of(row)
            facts = (number, names.name_key(row["缴费人姓名"]), row["实缴金额"], row["缴款日期"])
            key = (row["电子税票号码"], number, row["状态"])
            if not row["电子税票号码"]:
                occurrences[facts, row["缴费渠道"]] += 1
                key = (facts, row["缴费渠道"], occurrences[facts, row["缴费渠道"]])
            if key in seen:
                told[name, line] = {"outcome": "known" if seen[key] == facts else "conflict"}
                continue
            seen[key] = facts
            if row["状态"] == "正常":
                told[name, line] = {"outcome": "new"}
                payments.append((name, line, number, row))
            else:
                kind = "reversal" if row["状态"] == "冲红" else "refund"
                told[name, line] = {"outcome": "new", "kind": kind, "original": original_of(row)}
                corrections.append((number, original_of(row), kind, fen(row["实缴金额"])))
    taken_back = {}
    for number, original, kind, amount in corrections:
        taken_back[number, original] = (kind, amount)
    sufficient = defaultdict(list)
    for name, line, number, row in payments:
        entry, amount = told[name, line], fen(row["实缴金额"])
        kind, back = taken_back.get((number, row["电子税票号码"]), ("", 0))
        if kind:
            assert back == -amount
            entry["standing"] = "reversed" if kind == "reversal" else "refunded"
            continue
        person = registered.get(number) or residents.get(number)
        cause = ""
        if person is None:
            cause = "unknown_person"
        elif row["费款所属期起"] != "2023-01-01":
            cause = "wrong_year"
        elif number not in registered:
            cause = "not_registered"
        elif names.name_key(row["缴费人姓名"]) != names.name_key(person["姓名"]):
            cause = "name_differs"
        elif amount < DUE:
            cause = "too_little"
        else:
            sufficient[number].append((dates.to_instant(row["缴款日期"]), name, line, amount))
        if cause:
            entry |= {"standing": "open", "cause": cause}
    for paid in sufficient.values():
        paid.sort(key=lambda each: str(each[0]))
        assert len({str(each[0])[:10] for each in paid}) == len(paid)  # never two on one day
        for nth, (_when, name, line, amount) in enumerate(paid):
            entry = told[name, line]
            if nth:
                entry |= {"standing": "open", "cause": "paid_twice"}
            else:
                entry["standing"] = "matched"
                if amount > DUE:
                    entry["refund_due_fen"] = amount - DUE
    return told


def standings(told, of=None):
    """matched and open (cause → payments) of one file, or of all."""
    entries = [entry for (name, _line), entry in told.items() if of in (None, name)]
    opened = Counter(entry["cause"] for entry in entries if "cause" in entry)
    matched = sum(entry.get("standing") == "matched" for entry in entries)
    return {"matched": matched, "open": dict(opened)}


class Written:
    """What one run wrote, read back."""

    def __init__(self, folder, encoding="gb18030"):
        self.truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        self.residents = read_people(folder / "residents.csv")
        self.registered = read_people(folder / "registrations.csv")
        self.files = {name: read_rows(folder / name, encoding) for name in self.truth["files"]}

    def told(self):
        """truth.json's lines without the name of the case and what the payer owes."""
        return {
            (name, int(line)): {key: entry[key] for key in entry if key not in ("case", "amount")}
            for name, file in self.truth["files"].items()
            for line, entry in file["lines"].items()
        }


@pytest.fixture(scope="module", params=[(7, None), (8, None), (9, "2022-11-18 16:30")])
def written(request, tmp_path_factory):
    seed, until = request.param
    folder = tmp_path_factory.mktemp("made-up")
    generate(plan(seed=seed, until=at(until) if until else None), charge(), folder)
    return Written(folder)


def test_every_line_comes_out_as_the_truth_says(written):
    assert settle(written.files, written.residents, written.registered) == written.told()


def test_every_case_occurs(written):
    """2,000 people: a case with a rate of 0.0005 once, one with 0.02 forty times."""
    cases = written.truth["cases"]
    assert set(cases) == {*CASES, "other_dot"}
    assert cases["overlap"] == 40
    assert cases["conflict"] == 1
    told = Counter(
        entry["case"]
        for file in written.truth["files"].values()
        for entry in file["lines"].values()
        if "case" in entry
    )
    assert set(told) == set(cases)


def test_totals_of_each_file_add_up_from_its_rows(written):
    told = settle(written.files, written.residents, written.registered)
    for name, rows in written.files.items():
        totals = written.truth["files"][name]["totals"]
        outcomes, money = Counter(), Counter()
        for line, row in rows:
            outcome = told[name, line]["outcome"]
            outcomes[outcome] += 1
            money[outcome] += fen(row["实缴金额"])
        assert totals["read"] == len(rows)
        assert totals["outcomes"] == outcomes
        assert totals["outcome_fen"] == money
        assert totals["open"] == standings(told, name)["open"]
        assert totals["standings"].get("matched", 0) == standings(told, name)["matched"]


def test_when_a_file_is_taken_in_later_files_are_not_known_yet(written):
    for at_file, name in enumerate(written.files, start=1):
        so_far = dict(list(written.files.items())[:at_file])
        told = settle(so_far, written.residents, written.registered)
        assert written.truth["files"][name]["when_taken_in"] == standings(told, name)


def test_the_campaigns_totals_are_the_sums_of_the_files(written):
    total = written.truth["totals"]
    files = [file["totals"] for file in written.truth["files"].values()]
    for part in ("outcomes", "outcome_fen", "standings", "open", "fen"):
        summed = Counter()
        for file in files:
            summed.update(file[part])
        assert {k: v for k, v in summed.items() if v} == {k: v for k, v in total[part].items() if v}
    assert total["read"] == sum(file["read"] for file in files)


def test_every_fen_stands_somewhere(written):
    """All new money less what was taken back is matched, open or due back."""
    money = written.truth["totals"]["fen"]
    assert money["net"] == money["matched"] + money["open"] + money["refund_due"]
    told = written.told()
    net = sum(
        fen(row["实缴金额"])
        for name, rows in written.files.items()
        for line, row in rows
        if told[name, line]["outcome"] == "new"
    )
    assert money["net"] == net
    enrolled = written.truth["totals"]["enrolled"]
    assert money["matched"] == enrolled * DUE


def test_people_registered_and_enrolled_are_counted_by_unit(written):
    units = written.truth["units"]
    assert sum(unit["people"] for unit in units.values()) == len(written.residents) == 2000
    assert sum(unit["registered"] for unit in units.values()) == len(written.registered)
    matched = standings(written.told())["matched"]
    assert sum(unit["enrolled"] for unit in units.values()) == matched
    zone = [row for row in written.registered.values() if row["乡镇"] == "高新区"]
    assert units["zone"]["registered"] == len(zone)


def test_one_receipt_covers_a_family_a_row_each(written):
    numbers = defaultdict(set)
    for rows in written.files.values():
        for _line, row in rows:
            if row["电子税票号码"] and row["状态"] == "正常":
                numbers[row["电子税票号码"]].add(number_of(row))
    assert max(len(family) for family in numbers.values()) >= 4


def test_reversals_come_before_and_after_their_originals(written):
    place, order = {}, []
    for at_file, rows in enumerate(written.files.values()):
        for line, row in rows:
            if row["状态"] == "正常":
                place.setdefault((row["电子税票号码"], number_of(row)), (at_file, line))
    for at_file, rows in enumerate(written.files.values()):
        for line, row in rows:
            if row["状态"] == "冲红":
                assert row["实缴金额"].startswith("-")
                original = place[original_of(row), number_of(row)]
                order.append(
                    (at_file > original[0]) - (at_file < original[0])
                    or 10 * (1 if line > original[1] else -1)
                )
    assert {-1, -10} <= set(order)  # in an earlier file, and higher up in the same file
    assert {1, 10} & set(order)


def test_originals_are_named_in_their_own_column_or_in_the_remark(written):
    backs = [r for rows in written.files.values() for _, r in rows if r["状态"] != "正常"]
    assert any(row["原电子税票号码"] for row in backs)
    assert any("原电子税票号码" in row["备注"] and not row["原电子税票号码"] for row in backs)


def digests(folder):
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def test_a_seed_writes_the_same_bytes_and_another_seed_others(tmp_path):
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        generate(plan(people=300, seed=seed), charge(), tmp_path / name)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert digests(tmp_path / "one") != digests(tmp_path / "three")


def test_writing_again_leaves_no_file_of_the_run_before(tmp_path):
    other = tmp_path / "payments-of-the-bank.csv"
    other.write_text("kept")
    generate(plan(people=300), charge(), tmp_path)
    counts = generate(plan(people=300), charge(days=None), tmp_path)
    assert counts["files"] == [
        "residents.csv",
        "registrations.csv",
        "payments-01.csv",
        "truth.json",
    ]
    assert {path.name for path in tmp_path.iterdir()} == {*counts["files"], other.name}


def test_one_file_has_no_cases_that_need_two(tmp_path):
    counts = generate(plan(), charge(days=None), tmp_path)
    two = {
        "overlap",
        "conflict",
        "arrives_late",
        "reversal_repeated",
        "reversed_before_in_earlier_file",
        "without_receipt_overlap",
    }
    assert set(counts["cases"]) == {*CASES, "other_dot"} - two
    made = Written(tmp_path)
    assert settle(made.files, made.residents, made.registered) == made.told()


def test_nobody_has_paid_before_the_campaign_opens(tmp_path):
    counts = generate(plan(people=300, until=at("2022-10-01 00:00")), charge(), tmp_path)
    assert counts["files"] == ["residents.csv", "registrations.csv", "truth.json"]
    assert (counts["registrations"], counts["payment_lines"]) == (0, 0)
    assert json.loads((tmp_path / "truth.json").read_text())["totals"]["read"] == 0


def test_everyone_may_register_and_pay(tmp_path):
    """What a benchmark asks for: each of the people once, and nothing else."""
    all_of_them = plan(people=300, registering=(1.01, 1.01), last_year=1.01, newcomers=0.0)
    counts = generate(all_of_them, charge(paying=1.01, cases={}), tmp_path)
    assert counts["residents"] == 300
    assert counts["registrations"] > 290
    assert not set(counts["cases"]) - {"other_dot"}


@pytest.mark.parametrize("form", ["utf-8", "utf-8-sig"])
def test_other_encodings_carry_the_same_rows(tmp_path, form):
    generate(plan(people=300), charge(), tmp_path / "gb")
    generate(plan(people=300), charge(form=form), tmp_path / "utf")
    rows = read_rows(tmp_path / "gb" / "payments-03.csv")
    assert rows
    assert rows == read_rows(tmp_path / "utf" / "payments-03.csv", form)


def test_a_workbook_with_title_and_total_carries_the_same_rows(tmp_path):
    generate(plan(people=300), charge(), tmp_path / "csv")
    generate(plan(people=300), charge(form="xlsx", titled=True), tmp_path / "xlsx")
    rows = read_rows(tmp_path / "csv" / "payments-03.csv")
    book = CalamineWorkbook.from_path(str(tmp_path / "xlsx" / "payments-03.xlsx"))
    title, header, *body, total = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert (len(title), tuple(header)) == (len(COLUMNS), COLUMNS)
    assert [tuple(row) for row in body] == [tuple(row.values()) for _, row in rows]
    amount = COLUMNS.index("实缴金额")
    assert total[0] == "合计"
    assert fen(total[amount]) == sum(fen(row["实缴金额"]) for _, row in rows)
    plain = json.loads((tmp_path / "csv" / "truth.json").read_text())["files"]["payments-03.csv"]
    moved = json.loads((tmp_path / "xlsx" / "truth.json").read_text())["files"]["payments-03.xlsx"]
    assert {int(k) + 1: v for k, v in plain["lines"].items()} == {
        int(k): v for k, v in moved["lines"].items()
    }


def test_names_beyond_gbk_survive_gb18030(written):
    paid = {r["缴费人姓名"] for rows in written.files.values() for _, r in rows}
    assert any(ord(character) > 0xFFFF for name in paid for character in name)


def test_a_damaged_number_is_never_valid_and_an_untidy_one_means_the_same():
    number = "139901198001010014"
    assert not idnumber.judge(number, TODAY).ok
    number = number[:17] + idnumber.check_digit(number[:17])
    random = Random(1)
    for _ in range(100):
        spoilt = damage(random, number)
        assert spoilt != number
        assert not idnumber.judge(spoilt, TODAY).ok
        assert idnumber.judge(untidy(random, number), TODAY).number == number


@pytest.mark.parametrize("wrong", [{"form": "gbk"}, {"cases": {"lost": 0.1}}, {"due_fen": 50}])
def test_a_senseless_charge_is_refused(wrong):
    with pytest.raises(ValueError, match=r"form|cases|due_fen"):
        charge(**wrong)
