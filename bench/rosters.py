"""How long a roster takes from upload to accepted, against the least that it could take.

    .venv/bin/python -m bench.rosters [--rows 100000] [--repeat 2] [--others 20000]

Prints a Markdown table for docs/PERFORMANCE.md. The floor, in the same run: calamine reads the same
workbook, COPY of its twelve columns, one INSERT … SELECT joined with the people into a table with
the product's own indexes. Beside it: the same list a month later with 2 in 100 rows changed; the
first list with errors in every tenth row; all of it where 97 in 100 people are registered already,
so that their prices are worked out again, and where nobody is; and django-import-export in bulk
mode on the first `--others` rows, installed for this run alone (left out, and told, without a
package registry).
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from bench import people
from bench.payments import DATA, Memory, backend_of, start

HEADER = (
    "序号", "乡镇", "村", "低保证号", "户主", "成员姓名", "身份证号", "与户主关系", "类别",
    "起始月", "银行账号", "备注",
)  # fmt: skip
UNKNOWN = 50  # every so many a row is of somebody whom nobody knows
CHANGED = 50  # and, a month later, recognised on another day
ERRONEOUS = 10  # in the list with errors
OTHERS = ("django-import-export", "tablib", "diff-match-patch")
FLOOR = """
    insert into floor_mark (
        campaign_id, resident_id, category, grade, recognised_on, source, file_id, known_at,
        marked_by_id, ended_why
    )
    select {campaign}, person.resident_id, roster.word, '', roster.since::date, roster.line, null,
        now(), 1, ''
    from floor_roster roster join floor_person person using (number)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--others", type=int, default=20_000)
    options = parser.parse_args()
    campaign = start()
    words = [rule.name for rule in campaign.policy["subsidies"].categories
             if not rule.without_roster and not rule.grades][:3]  # fmt: skip
    people.load(campaign, options.rows)
    kinds = ("first", "later", "errors")
    paths = {kind: workbook(campaign, options.rows, kind, words) for kind in kinds}
    runs: dict[str, list[dict[str, Any]]] = {"registered": [], "not registered": []}
    for state, done in runs.items():
        for _ in range(options.repeat):
            done.append(one_run(campaign, paths, options.rows, registered=state == "registered"))
    people.load(campaign, options.rows)
    empty(campaign, options.rows)
    report(options.rows, runs, others(campaign, paths["first"], words, options))


def one_run(
    campaign: Any, paths: dict[str, Path], rows: int, *, registered: bool
) -> dict[str, Any]:
    """Floor and product by turns; lists mostly come before anybody is registered."""
    from django.db import connection

    run: dict[str, Any] = {"floor": floor(campaign, paths["first"], rows)}
    for kind, path in paths.items():
        if kind != "later":
            people.load(campaign, rows)  # also what repricing wrote goes
            if not registered:
                with connection.cursor() as cursor:
                    cursor.execute("truncate enrollment_registration cascade")
            empty(campaign, rows)
        run[kind] = product(campaign, path, date(2022, 10, 31 if kind == "later" else 1))
    return run


# --- data


def workbook(campaign: Any, rows: int, kind: str, words: list[str]) -> Path:
    """XLSX, in random order of people; made once."""
    from openpyxl import Workbook

    path = DATA / f"roster-{campaign.region.code}-{rows}-{kind}.xlsx"
    if not path.exists():
        print(f"writing {path.name}", file=sys.stderr)
        book = Workbook(write_only=True)
        sheet = book.create_sheet("花名册")
        sheet.append(HEADER)
        for row in _rows(_places(campaign), rows, kind, words):
            sheet.append(row)
        book.save(path)
    return path


def _places(campaign: Any) -> list[tuple[str, str]]:
    """Township and village, as people.load gives people their homes by turns."""
    from enrollment.regions import villages_of

    return [(village.parent.name, village.name) for village in villages_of(campaign.region)]


def _rows(
    places: list[tuple[str, str]], rows: int, kind: str, words: list[str]
) -> Iterator[tuple[Any, ...]]:
    from config.lib.idnumber import check_digit

    numbers = people.numbers(rows)
    random = Random(3)
    order = list(range(rows))
    random.shuffle(order)
    for line, who in enumerate(order):
        name, number, word = people.name_of(who), numbers[who], words[who % len(words)]
        if line % UNKNOWN == 0:
            first = f"139902{number[6:17]}"
            number = first + check_digit(first)
        since = "2022.8" if kind == "later" and line % CHANGED == 1 else "2022.7.1"
        if kind == "errors" and line % ERRONEOUS == 2:
            fault = line // ERRONEOUS % 4
            number = (number, f"{number[:15]}000", number, "")[fault]
            word, name = (
                ("不认识的类别", word, word, word)[fault],
                (name, name, "另有其名", name)[fault],
            )
        yield (
            line + 1, *places[who % len(places)], f"D{who:08d}", name, name, number, "户主", word,
            since, f"62170025{who:011d}", "",
        )  # fmt: skip


def empty(campaign: Any, rows: int) -> None:
    """No marks and no files beside the people just loaded."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "truncate subsidies_entitlement, subsidies_listing, subsidies_roster,"
            " subsidies_rosterline, enrollment_sourceproblem, enrollment_sourcefile,"
            " enrollment_change cascade"
        )
        cursor.execute(
            "select setval('enrollment_resident_id_seq', %s),"
            " setval('enrollment_identity_id_seq', (select max(id) from enrollment_identity))",
            [rows],
        )
        cursor.execute("vacuum analyze")
        cursor.execute("checkpoint")


# --- measuring


def floor(campaign: Any, path: Path, rows: int) -> dict[str, float]:
    from django.db import connection, transaction
    from python_calamine import CalamineWorkbook

    from config.lib import copyin

    columns = ("line", "c1", "c2", "c3", "c4", "c5", "number", "c7", "word", "since", "c10", "c11")
    seconds: dict[str, float] = {}
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists floor_roster, floor_mark, floor_person")
        cursor.execute(f"create table floor_roster ({', '.join(f'{c} text' for c in columns)})")
        cursor.execute("create table floor_mark (like subsidies_entitlement including all)")
        cursor.execute("create table floor_person (number text, resident_id bigint)")
        numbers = ((n, index) for index, n in enumerate(people.numbers(rows), start=1))
        copyin.copy_rows(cursor, "floor_person", ("number", "resident_id"), numbers)
        cursor.execute("analyze floor_person")
        cursor.execute("checkpoint")
        with transaction.atomic():
            began = time.perf_counter()
            with path.open("rb") as file:
                sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
                read = sheet.to_python()[1:]
            for row in read:
                if len(row[9]) < 8:
                    row[9] += ".1"
            seconds["calamine"] = time.perf_counter() - began
            began = time.perf_counter()
            copyin.copy_rows(cursor, "floor_roster", columns, read)
            seconds["copy"] = time.perf_counter() - began
            began = time.perf_counter()
            cursor.execute(FLOOR.format(campaign=campaign.pk))
            seconds["insert"] = time.perf_counter() - began
            began = time.perf_counter()
        seconds["commit"] = time.perf_counter() - began
        cursor.execute("drop table floor_roster, floor_mark, floor_person")
    return seconds


def product(campaign: Any, path: Path, as_of: date) -> dict[str, Any]:
    from django.db import connection, transaction
    from django.utils import timezone

    from enrollment import files
    from enrollment.models import SourceFile, User
    from subsidies.models import Roster
    from subsidies.rosters import run

    by, now = User.system(), timezone.now()
    with connection.cursor() as cursor:
        backend = backend_of(cursor)
    stages: dict[str, float] = {}
    began = last = time.perf_counter()
    stage = "take in"

    def progress(named: str, _done: int, _total: int) -> None:
        nonlocal last, stage
        stages[stage] = stages.get(stage, 0) + time.perf_counter() - last
        last, stage = time.perf_counter(), named

    with Memory(backend) as memory:
        with transaction.atomic():
            file = files.take_in(campaign, SourceFile.Kind.ROSTER, path.name, path, by, now)
            roster = Roster.objects.create(file=file, source="civil-affairs", as_of=as_of)
            progress("until the first rows", 0, 0)
            result = run.take_in(roster, path, by=by, now=now, progress=progress, accepting=True)
        progress("", 0, 0)
    return {
        "seconds": time.perf_counter() - began,
        "stages": stages,
        "memory": memory.peak,
        "backend": memory.backend_peak,
        "result": result,
    }


def others(
    campaign: Any, path: Path, words: list[str], options: argparse.Namespace
) -> dict[str, float] | None:
    """Seconds and rows of django-import-export: the workbook read by tablib, people found in a
    dictionary made before (generous: it would look each up), marks written 1,000 at a time."""
    with tempfile.TemporaryDirectory() as target:
        install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", target]
        if subprocess.run([*install, *OTHERS], capture_output=True).returncode:
            return None
        sys.path.insert(0, target)
        try:
            return _import_export(campaign, path, words, options)
        finally:
            sys.path.remove(target)


def _import_export(
    campaign: Any, path: Path, words: list[str], options: argparse.Namespace
) -> dict[str, float]:
    import tablib  # type: ignore[import-not-found]
    from django.utils import timezone
    from import_export import fields, resources  # type: ignore[import-not-found]

    from enrollment.models import User
    from subsidies.models import Entitlement

    ids = {number: index for index, number in enumerate(people.numbers(options.rows), start=1)}
    keys = {rule.name: rule.key for rule in campaign.policy["subsidies"].categories}
    by, now = User.system(), timezone.now()

    class Marks(resources.ModelResource):  # type: ignore[misc]
        category = fields.Field("category", column_name="类别")

        class Meta:
            model = Entitlement
            fields = ("category",)
            import_id_fields = ()
            force_init_instance = use_bulk = skip_diff = True
            batch_size = 1000

        def before_import_row(self, row: Any, **_how: Any) -> None:
            row["类别"] = keys[row["类别"]]

        def before_save_instance(self, instance: Any, row: Any, **_how: Any) -> None:
            instance.campaign, instance.resident_id = campaign, ids[row["身份证号"]]
            instance.recognised_on, instance.grade = date(2022, 7, 1), ""
            instance.marked_by, instance.known_at, instance.source = by, now, path.name

        def skip_row(self, _instance: Any, _original: Any, row: Any, *_more: Any) -> bool:
            return row["身份证号"] not in ids

    began = time.perf_counter()
    with path.open("rb") as file:
        data = tablib.Dataset().load(file, format="xlsx")
    read = time.perf_counter() - began
    del data[options.others :]
    began = time.perf_counter()
    result = Marks().import_data(data, raise_errors=True)
    seconds = time.perf_counter() - began
    return {
        "rows": len(data),
        "seconds": seconds + read * len(data) / options.rows,
        "marks": result.totals["new"],
    }


# --- telling


def report(
    rows: int, runs: dict[str, list[dict[str, Any]]], other: dict[str, float] | None
) -> None:
    print(
        "| people | rows | floor s | first s | ratio | month later | errors in 10 % | memory MiB "
        "| backend |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for state, done in runs.items():
        for run in done:
            low, first = sum(run["floor"].values()), run["first"]
            print(
                f"| {state} | {rows:,} | {low:.2f} | {first['seconds']:.2f} "
                f"| {first['seconds'] / low:.2f} "
                f"| {run['later']['seconds'] / first['seconds']:.2f} "
                f"| {run['errors']['seconds'] / first['seconds']:.2f} "
                f"| {first['memory'] >> 20} | {first['backend'] >> 20} |"
            )
    for state, done in runs.items():
        best = min(done, key=lambda run: run["first"]["seconds"])
        print(f"\n{state}, {best['first']['result']['new']:,} marks:\n")
        for title in ("floor", "first", "later", "errors"):
            stages = best[title] if title == "floor" else best[title]["stages"]
            told = ", ".join(f"{n} {s:.2f}" for n, s in stages.items() if s >= 0.005)
            print(f"- {title}: {told}")
        for kind in ("first", "later", "errors"):
            result = best[kind]["result"]
            counts = ("read", "new", "changed", "known", "waiting", "rejected")
            print(f"- {kind}: " + ", ".join(f"{n} {result[n]}" for n in counts))
    if other is None:
        print("\ndjango-import-export was left out: it could not be installed from the registry.")
        return
    best = min(runs["not registered"], key=lambda run: run["first"]["seconds"])
    ours, theirs = best["first"]["seconds"] / rows, other["seconds"] / other["rows"]
    print(
        f"\ndjango-import-export, bulk mode, {other['rows']:,.0f} rows ({other['marks']:,.0f} marks): "
        f"{theirs * 1e6:.0f} µs a row; here {ours * 1e6:.0f} µs; ratio {theirs / ours:.1f}"
    )


if __name__ == "__main__":
    main()
