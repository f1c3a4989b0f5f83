"""How long a payment file takes against the least that the database could take for it.

    .venv/bin/python -m bench.payments [--lines 100000 1000000] [--repeat 3] [--profile]

Prints a Markdown table for docs/PERFORMANCE.md. The floor, in the same run: COPY of the same
file's needed columns by the server itself, its unique index, and one hash join that inserts the
matches into a table with the product's own indexes. Data lie in bench/data (CANBAO_DATA there).
"""

import argparse
import csv
import os
import sys
import threading
import time
from datetime import datetime, timedelta
from math import log
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "bench" / "data"
# Measures empty tables, so they never work on any other data than their own.
os.environ["CANBAO_DATA"] = str(DATA / "services")
os.environ.pop("DATABASE_URL", None)
os.environ.pop("REDIS_URL", None)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

PEOPLE_PER_LINE = 1.1439
HEADER = (
    "序号", "税务机关", "缴费人姓名", "证件类型", "证件号码", "征收项目", "费款所属期起",
    "费款所属期止", "应缴金额", "实缴金额", "缴款日期", "入库日期", "电子税票号码", "缴费渠道",
    "街道乡镇", "村社区", "特殊人群标识", "状态", "原电子税票号码", "备注",
)  # fmt: skip
NEEDED = (
    "line", "key", "number_kind", "number", "name", "name_key", "fen", "year", "paid_at",
    "treasury_on", "receipt", "channel", "place", "mark",
)  # fmt: skip
_made: set[Path] = set()
FLOOR = {
    "copy": "copy floor_line ({columns}) from '{path}'",
    "unique index": "create unique index on floor_line (key)",
    "hash join into matches": """
        insert into floor_match (
            campaign_id, payment_id, registration_id, resident_id, part, fen, due_fen,
            policy_version_id, rule, alone, at, known_at, by_id, why
        )
        select {campaign}, l.id, p.registration_id, p.resident_id, 'own', l.fen, l.fen,
            p.policy_version_id, 'number', true, l.paid_at, now(), 1, ''
        from floor_line l
        join floor_person p on p.kind = l.number_kind and p.number = l.number
        where l.first
    """,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    campaign = start()
    from bench import afterwards

    measured = []
    for lines in options.lines:
        path = payment_file(lines)
        load_people(campaign, lines)
        runs = [one_run(campaign, path, lines) for _ in range(options.repeat)]
        runs[-1]["afterwards"] = afterwards.measure(campaign, path)
        measured.append((lines, runs))
    report(measured)


def start() -> Any:
    from config import environment, services

    data = environment.data_folder()
    services.create_files(data)
    import django

    django.setup()
    services.ensure(data)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from django.utils import timezone

    from enrollment.models import User
    from enrollment.services.campaigns import load_notice

    notice = ROOT / "enrollment" / "notices" / "tanghe-2023.toml"
    return load_notice(notice, by=User.system(), now=timezone.now())


# --- data


def payment_file(lines: int) -> Path:
    """In order of payment, GB18030, a few of every fault; made once."""
    from bench import people

    path = DATA / f"payments-{lines}.csv"
    if path.exists():
        return path
    print(f"writing {path.name}", file=sys.stderr)
    count = int(lines * PEOPLE_PER_LINE)
    registered = int(count * people.REGISTERED)
    numbers = people.numbers(count)
    random = Random(2)
    order = list(range(registered))
    random.shuffle(order)
    begin, step = datetime(2022, 10, 15, 8), timedelta(days=45) / lines
    part = path.with_suffix(".part")
    with part.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        payers = iter(order)
        last: list[Any] = []
        for line in range(lines):
            fault = random.random() * 1000
            who = next(payers) if last == [] or fault >= 12 else last[0]
            paid = f"{begin + step * line:%Y-%m-%d %H:%M:%S}"
            row = [who, people.name_of(who), numbers[who], "350.00", "2023", "正常", ""]
            if fault < 4:
                pass  # paid twice
            elif fault < 7:
                row = [last[0], *last[1:4], last[4], "冲红", f"34113522{line - 1:010d}"]
                row[3] = f"-{row[3].lstrip('-')}"
            elif fault < 10:
                row[2], row[1] = f"139902{numbers[who][6:]}", "无名氏"
            elif fault < 12:
                row[2] = numbers[registered + line % (count - registered)]  # not registered
            elif fault < 15:
                row[4] = "2022"
            elif fault < 17:
                row[3] = "300.00"
            elif fault < 19:
                row[3] = "400.00"
            elif fault < 22:
                row[1] = "名不同"
            who, name, number, yuan, year, state, original = row
            writer.writerow(
                [
                    line + 1, "国家税务总局唐河县税务局", name, "居民身份证", number,
                    "城乡居民基本医疗保险费", f"{year}-01-01", f"{year}-12-31", "350.00", yuan,
                    paid, paid[:10], f"34113522{line:010d}", "微信", "文峰街道", "双河社区", "",
                    state, original, "",
                ]
            )  # fmt: skip
            last = row
    part.rename(path)
    return path


def load_people(campaign: Any, lines: int) -> None:
    from django.db import connection

    from bench import people

    count = int(lines * PEOPLE_PER_LINE)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from enrollment_resident")
        if cursor.fetchone()[0] != count:
            print(f"loading {count} people", file=sys.stderr)
            people.load(campaign, count)


# --- measuring


class Memory:
    """Peak of the sum of anonymous memory of this process, its children and one backend."""

    def __init__(self, backend: int):
        self.peak = self.backend_peak = 0
        self._backend, self._on = backend, True
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._on = False
        self._thread.join()

    def _watch(self) -> None:
        import psutil

        while self._on:
            own = psutil.Process()
            family = [own.pid, *(child.pid for child in own.children())]
            backend = _anonymous(self._backend)
            self.backend_peak = max(self.backend_peak, backend)
            self.peak = max(self.peak, backend + sum(map(_anonymous, family)))
            time.sleep(0.1)


def _anonymous(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = [line.split()[1] for line in text.splitlines() if line.startswith("RssAnon")]
    return int(found[0]) * 1024 if found else 0


def cpu(pid: int | str = "self") -> float:
    """Processor seconds that a process has used; with its ended children for ourselves."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = fields[11:15] if pid == "self" else fields[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def backend_of(cursor: Any) -> int:
    cursor.execute("select pg_backend_pid()")
    return int(cursor.fetchone()[0])


def one_run(campaign: Any, path: Path, lines: int) -> dict[str, Any]:
    return {"floor": floor(campaign, path, lines), **product(campaign, path)}


def floor(campaign: Any, path: Path, lines: int) -> dict[str, Any]:
    from django.db import connection, transaction

    needed = needed_columns(campaign, path)
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists floor_line, floor_match, floor_person")
        cursor.execute(
            "create table floor_line (id bigint generated always as identity, line integer,"
            " key uuid, number_kind text, number bytea, name text, name_key text, fen integer,"
            " year smallint, paid_at timestamptz, treasury_on date, receipt text, channel text,"
            " place text, mark text, first boolean)"
        )
        cursor.execute("create table floor_match (like payments_match including all)")
        cursor.execute(
            "create table floor_person as select i.kind, i.number, g.resident_id,"
            " g.id as registration_id, g.policy_version_id from enrollment_identity i"
            " join enrollment_registration g on g.resident_id = i.resident_id"
        )
        cursor.execute("analyze floor_person")
        cursor.execute("checkpoint")
        seconds: dict[str, float] = {}
        backend = backend_of(cursor)
        used = cpu(backend)
        with transaction.atomic():
            cursor.execute("set local work_mem = '160MB'")
            for stage, statement in FLOOR.items():
                began = time.perf_counter()
                cursor.execute(
                    statement.format(
                        columns=", ".join((*NEEDED, "first")), path=needed, campaign=campaign.pk
                    )
                )
                seconds[stage] = time.perf_counter() - began
            began = time.perf_counter()
        seconds["commit"] = time.perf_counter() - began
        processor = cpu(backend) - used
        cursor.execute("drop table floor_line, floor_match, floor_person")
    return {"seconds": seconds, "cpu": processor}


def needed_columns(campaign: Any, path: Path) -> Path:
    """Its payments as COPY text of the needed columns; not measured, made once.

    The last column tells the first line of each number, so that the floor's join meets nobody
    twice: `on conflict do nothing` instead would make the floor a third slower.
    """
    from django.utils import timezone

    from payments import parse

    target = Path("/tmp") / f"canbao-bench-{os.getuid()}-{path.stem}-{campaign.pk}.copy"
    places = [parse.COLUMNS.index(name) for name in NEEDED]
    blocks = parse.read_payments(
        path, campaign_id=campaign.pk, townships={}, today=timezone.localdate()
    )
    if target in _made:
        return target
    number, seen = parse.COLUMNS.index("number"), set()
    with target.open("wb") as file:
        for block in iter(lambda: next(blocks, b""), b""):
            for line in block.splitlines():
                cells = line.split(b"\t")
                first = b"f" if cells[number] in seen else b"t"
                seen.add(cells[number])
                file.write(b"\t".join([*(cells[place] for place in places), first]) + b"\n")
    target.chmod(0o644)
    _made.add(target)
    return target


def product(campaign: Any, path: Path) -> dict[str, Any]:
    from django.db import connection, transaction
    from django.utils import timezone

    from enrollment import files
    from enrollment.models import SourceFile, User
    from payments import bulk, services

    with connection.cursor() as cursor:
        cursor.execute(
            "truncate payments_payment, payments_match, payments_correction,"
            " payments_repeatedline, enrollment_sourceproblem, enrollment_sourcefile,"
            " enrollment_change cascade"
        )
        cursor.execute("checkpoint")
        backend = backend_of(cursor)
    stages: dict[str, float] = {}
    processor: dict[str, float] = {}
    used = {"own": cpu(), "backend": cpu(backend)}
    run, last = bulk._run, [time.perf_counter(), "take in", cpu(backend)]

    def timed(cursor: Any, name: str, values: Any = None) -> int:
        stages[last[1]] = stages.get(last[1], 0) + time.perf_counter() - last[0]
        processor[last[1]] = processor.get(last[1], 0) + cpu(backend) - last[2]
        last[0], last[2] = time.perf_counter(), cpu(backend)
        count = run(cursor, name, values)
        stages[name] = stages.get(name, 0) + time.perf_counter() - last[0]
        processor[name] = processor.get(name, 0) + cpu(backend) - last[2]
        place = "parse and copy" if name == "stage" else "between"
        last[:] = time.perf_counter(), place, cpu(backend)
        return count

    bulk._run = timed
    by, now = User.system(), timezone.now()
    began = last[0] = time.perf_counter()
    with Memory(backend) as memory:
        with transaction.atomic():
            file = files.take_in(campaign, SourceFile.Kind.PAYMENTS, path.name, path, by, now)
            result = services.import_payments(file, path, by=by, now=now)
            stages["counts"] = time.perf_counter() - last[0]
            last[0] = time.perf_counter()
        stages["commit"] = time.perf_counter() - last[0]
    seconds = time.perf_counter() - began
    bulk._run = run
    used = {"own": cpu() - used["own"], "backend": cpu(backend) - used["backend"]}
    return {
        "cpu": used,
        "processor": processor,
        "seconds": seconds,
        "stages": stages,
        "memory": memory.peak,
        "backend": memory.backend_peak,
        "result": result,
    }


# --- telling


def report(measured: list[tuple[int, list[dict[str, Any]]]]) -> None:
    print("| lines | floor s | product s | ratio | memory MiB | of it backend | processor s |")
    print("|---:|---:|---:|---:|---:|---:|---|")
    best = {}
    for lines, runs in measured:
        for run in runs:
            low = sum(run["floor"]["seconds"].values())
            used = run["cpu"]
            print(
                f"| {lines:,} | {low:.2f} | {run['seconds']:.2f} | {run['seconds'] / low:.2f} "
                f"| {run['memory'] >> 20} | {run['backend'] >> 20} "
                f"| floor {run['floor']['cpu']:.1f}, backend {used['backend']:.1f}, "
                f"Python {used['own']:.1f} |"
            )
        best[lines] = min(runs, key=lambda run: run["seconds"])
    for lines, run in best.items():
        print(f"\n{lines:,} lines, seconds")
        for title, stages in (
            ("floor", run["floor"]["seconds"]),
            ("product", run["stages"]),
            ("product, processor of the backend", run["processor"]),
        ):
            told = ", ".join(f"{name} {s:.2f}" for name, s in stages.items() if s >= 0.005)
            print(f"- {title}: {told}")
    if len(best) > 1:
        (few, fast), *_, (many, slow) = sorted(best.items())
        exponent = log(slow["seconds"] / fast["seconds"]) / log(many / few)
        print(f"\nExponent from {few:,} to {many:,}: {exponent:.2f}")
    print("\n| lines | what | s | to the floor | to the first time |\n|---:|---|---:|---:|---:|")
    for lines, runs in measured:
        run = runs[-1]
        low = sum(run["floor"]["seconds"].values())
        for what, steps in run["afterwards"].items():
            took = sum(steps.values())
            to_first = took / run["seconds"]
            print(f"| {lines:,} | {what} | {took:.2f} | {took / low:.2f} | {to_first:.2f} |")
        told = ", ".join(f"{name} {s:.2f}" for name, s in run["afterwards"]["books"].items())
        print(f"| {lines:,} | of it: {told} | | | |")
    last = measured[-1][1][-1]["result"]
    print(f"\n{ {k: v for k, v in last.items() if k not in ('name', 'file')} }")


if __name__ == "__main__":
    main()
