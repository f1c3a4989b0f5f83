"""kill -9 in the middle of posting, voiding, approving: all or nothing, a job goes on by itself,
and the totals are those of a clean run.

A real worker and beat on a data folder of their own; what is killed, only the product repairs.
"""

import contextlib
import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import pytest
import redis

from tests.quick import migrate

pytestmark = pytest.mark.services
ROOT = Path(__file__).parents[1]
NOTICE = ROOT / "enrollment" / "notices" / "tanghe-2023.toml"
SLUG = "tanghe-2023"
PEOPLE = 6_000
BULK_WRITERS = "select pg_advisory_xact_lock(hashtext('canbao bulk writers of people'))"
# Matches are what posting, voiding and approving write last: all else is written and not committed.
MATCHES = "lock table payments_match in share mode"
WAITS = "select 1 from pg_locks where locktype in ('advisory', 'relation') and not granted"
ENQUEUE = """
import sys, django
django.setup()
from pathlib import Path
from enrollment import clock
from enrollment.models import Campaign, User
from payments.pages.intake import take_in_payments
campaign = Campaign.objects.get(slug=sys.argv[1])
path = Path(sys.argv[2])
row = take_in_payments(
    campaign, name=path.name, source=path.open("rb"), by=User.system(), now=clock.now(campaign)
)
print(row.job_id)
"""

# Uploads a roster, or accepts the one that was uploaded last; prints its job.
ENQUEUE_ROSTER = """
import sys, django
django.setup()
from pathlib import Path
from enrollment import clock
from enrollment.models import Campaign, User
from subsidies import wizard_acts
from subsidies.models import Roster
campaign = Campaign.objects.get(slug=sys.argv[1])
who = {"by": User.system(), "now": clock.now(campaign)}
if sys.argv[2] == "accept":
    roster = Roster.objects.latest("pk")
    wizard_acts.accept(roster, confirmed=None, **who)
else:
    path = Path(sys.argv[2])
    roster = wizard_acts.upload(
        campaign, name=path.name, stream=path.open("rb"), source="civil-affairs",
        category="", as_of=who["now"].date(), region=None, **who
    )
roster.refresh_from_db()
print(roster.file.job_id)
"""

VOID = """
import sys, django
django.setup()
from enrollment import clock
from enrollment.models import Campaign, SourceFile, User
from payments.voiding import void_file
campaign, file = Campaign.objects.get(slug=sys.argv[1]), SourceFile.objects.get(pk=sys.argv[2])
void_file(file, by=User.system(), now=clock.now(campaign), why="sent by mistake")
"""

# Proposes to give back this many payments, all in one action; prints how many.
PROPOSE = """
import sys, django
django.setup()
from enrollment import clock
from enrollment.models import Campaign, User
from payments import decisions
from payments.models import Payment
campaign = Campaign.objects.get(slug=sys.argv[1])
paid = Payment.objects.filter(campaign_id=campaign.pk, standing="matched").order_by("pk")
made = decisions.propose(
    campaign, paid.values_list("pk", flat=True)[: int(sys.argv[2])], "refund", reason="paid_twice",
    by=User.system(), now=clock.now(campaign),
)
print(len(made))
"""

# All that wait: approved by a second person, in one action.
APPROVE = """
import sys, django
django.setup()
from enrollment import clock
from enrollment.models import Campaign, User
from payments import decisions
from payments.models import Decision
campaign = Campaign.objects.get(slug=sys.argv[1])
waiting = Decision.objects.waiting().values_list("pk", flat=True)
by = User.objects.get(username="approver")
decisions.approve(campaign, waiting, by=by, now=clock.now(campaign))
"""


class Installation:
    """A data folder with people and registrations, a worker, a beat."""

    def __init__(self, folder: Path):
        self.data = folder / "data"
        self.out = folder / "made-up"
        self.environment = {
            **os.environ,
            "CANBAO_DATA": str(self.data),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": str(ROOT),
        }
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def manage(self, *words: str) -> dict[str, Any]:
        ran = subprocess.run(
            [sys.executable, "manage.py", *words, "--json"],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr[-2000:]
        return json.loads(ran.stdout.splitlines()[-1])

    def prepare(self) -> None:
        migrate(self.environment)
        self.manage("load_notice", str(NOTICE), "--practice", "--now", "2022-12-31 20:00")
        self.manage(
            "generate", SLUG, "--scale", str(PEOPLE), "--seed", "7", "--one-file",
            "--form", "utf-8", "--out", str(self.out),
        )  # fmt: skip
        self.manage("import_residents", SLUG, str(self.out / "residents.csv"))
        self.manage("register", SLUG, str(self.out / "registrations.csv"))

    def start(self, name: str, *words: str) -> None:
        log = (self.data / "log" / f"test-{name}.log").open("ab")
        self.children[name] = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "config.celery:app", *words],
            cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip

    def start_worker(self) -> None:
        self.start("worker", "worker", "--concurrency", "2", "--without-gossip", "--without-mingle")

    def start_beat(self) -> None:
        self.start("beat", "beat", "--schedule", str(self.data / "beat-schedule"))

    def kill_child(self, name: str) -> None:
        child = self.children.pop(name)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def stop(self) -> None:
        for name in list(self.children):
            self.kill_child(name)

    def enqueue(self, what: Path | str, code: str = ENQUEUE) -> int:
        ran = self.begin(code, what)
        said, complained = ran.communicate()
        assert ran.returncode == 0, complained[-2000:]
        return int(said.splitlines()[-1])

    def begin(self, code: str, what: Path | str) -> subprocess.Popen[str]:
        """A process of its own, as a web process is one."""
        return subprocess.Popen(
            [sys.executable, "-c", code, SLUG, str(what)],
            cwd=ROOT, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, question: str, *values: Any) -> Any:
        """One value from the database; None while it is away."""
        sockets = self.environment_paths().sockets
        try:
            connection = psycopg2.connect(host=str(sockets), user="canbao", dbname="canbao")
        except psycopg2.OperationalError:
            return None
        try:
            with connection.cursor() as cursor:
                cursor.execute(question, values)
                found = cursor.fetchone()
                return found[0] if found else None
        finally:
            connection.close()

    @contextlib.contextmanager
    def held(self, lock: str) -> Iterator[Any]:
        """A connection that holds a lock until it is rolled back."""
        connection = psycopg2.connect(
            host=str(self.environment_paths().sockets), user="canbao", dbname="canbao"
        )
        connection.cursor().execute(lock)
        try:
            yield connection
        finally:
            connection.close()

    def environment_paths(self) -> Any:
        from config import environment

        return environment.paths(self.data)

    def server(self, name: str) -> psutil.Process:
        """The process that serves: the postmaster, or Valkey."""
        folder = str(self.data.resolve())
        for process in psutil.process_iter(["name", "cmdline", "cwd", "ppid"]):
            facts = process.info
            if facts["name"] == name and folder in f"{facts['cwd']} {facts['cmdline']}":
                parent = psutil.Process(facts["ppid"])
                if parent.name() != name:
                    return process
        raise LookupError(name)


def wait_for(holds: Callable[[], Any], seconds: float, every: float = 0.01) -> Any:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := holds():
            return found
        time.sleep(every)
    raise AssertionError(f"nothing within {seconds} s")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The embedded services of this folder are held by a process that sleeps."""
    made = Installation(tmp_path_factory.mktemp("withstands"))
    holder = subprocess.Popen(
        [
            sys.executable, "-c",
            "import time; from config import environment, services;"
            "services.ensure(environment.data_folder());"
            "print('held', flush=True); time.sleep(3600)",
        ],
        cwd=ROOT, env=made.environment, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    made.prepare()
    made.start_beat()
    made.start_worker()
    yield made
    made.stop()
    holder.terminate()
    holder.wait()


@pytest.fixture(scope="module")
def pieces(installation: Installation) -> list[Path]:
    """The payment file cut in three, each with its header."""
    with (installation.out / "payments-01.csv").open(newline="", encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    size, paths = len(rows) // 3 + 1, []
    for number in range(3):
        path = installation.out / f"piece-{number}.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([header, *rows[number * size : (number + 1) * size]])
        paths.append(path)
    return paths


def import_while(installation: Installation, path: Path, strike: Callable[[], None]) -> None:
    """Queue an import, strike in its middle, and wait until it is done by itself."""
    with installation.held(MATCHES) as holder:
        job = installation.enqueue(path)
        wait_for(lambda: installation.ask(WAITS), 60)
        strike()
        with contextlib.suppress(psycopg2.Error):  # the server it was connected to may be dead
            holder.rollback()
    state = "select state from enrollment_job where id = %s"
    assert wait_for(
        lambda: (found := installation.ask(state, job)) != "queued" and found, 60, every=0.2
    ) == "done"  # fmt: skip


def test_a_killed_worker(installation: Installation, pieces: list[Path]) -> None:
    """What a supervisor does is all that is done: another worker is started."""

    def strike() -> None:
        installation.kill_child("worker")
        installation.start_worker()

    import_while(installation, pieces[0], strike)


def test_a_killed_postgres(installation: Installation, pieces: list[Path]) -> None:
    import_while(installation, pieces[1], lambda: installation.server("postgres").kill())


def test_a_killed_and_emptied_valkey(installation: Installation, pieces: list[Path]) -> None:
    def strike() -> None:
        redis.Redis(unix_socket_path=str(installation.environment_paths().valkey_socket)).flushall()
        installation.server("valkey-server").kill()

    import_while(installation, pieces[2], strike)


def test_the_totals_are_those_of_a_clean_run(installation: Installation) -> None:
    """truth.json says what a clean run of the whole file comes to."""
    truth = json.loads((installation.out / "truth.json").read_text())["totals"]
    found = installation.manage("reconcile", SLUG)
    assert found["matched"] == truth["standings"]["matched"]
    assert found["open"] == truth["open"]
    assert found["fen"] == truth["fen"]["net"]
    books = installation.manage("check_books", SLUG)
    assert books["ok"], [check for check in books["checks"] if not check["ok"]]


def test_a_worker_killed_while_it_judges_and_while_it_accepts_a_roster(
    installation: Installation,
) -> None:
    """Nothing of it is seen before it is done, and then all of it, once."""
    with (installation.out / "residents.csv").open(newline="", encoding="utf-8") as file:
        people = [(row["姓名"], row["证件号码"]) for row in csv.DictReader(file)]
    papers = dict((number, name) for name, number in people if len(number) == 18)
    rows = [(name, number, "监测对象") for number, name in list(papers.items())[:300]]
    path = installation.out / "roster.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([("姓名", "身份证号", "类别"), *rows])

    state = "select state from enrollment_job where id = %s"
    kept = "select count(*) from subsidies_rosterline"
    marks = "select count(*) from subsidies_entitlement where ended_at is null"
    for what, seen in ((path, kept), ("accept", marks)):
        before = installation.ask(seen)
        with installation.held(BULK_WRITERS) as holder:
            job = installation.enqueue(what, ENQUEUE_ROSTER)
            wait_for(lambda: installation.ask(WAITS), 60)
            installation.kill_child("worker")
            installation.start_worker()
            assert installation.ask(seen) == before
            holder.rollback()
        ended = wait_for(
            lambda job=job: (found := installation.ask(state, job)) != "queued" and found,
            60, every=0.2,
        )  # fmt: skip
        assert ended == "done"
        assert installation.ask(seen) == before + len(rows)
    books = installation.manage("check_books", SLUG)
    assert books["ok"], [check for check in books["checks"] if not check["ok"]]


def strike_twice(installation: Installation, code: str, what: str, seen: Callable[[], Any]) -> None:
    """Its process is killed in the middle, then PostgreSQL under another one; both times nothing of
    it is to be seen. Nobody repeats an act but who made it: the third is let alone."""
    before = seen()
    for is_server in (False, True):
        with installation.held(MATCHES) as holder:
            process = installation.begin(code, what)
            wait_for(lambda: installation.ask(WAITS), 60)
            (installation.server("postgres") if is_server else process).kill()
            process.communicate()
            assert process.returncode
            wait_for(lambda: installation.ask("select true"), 60)
            assert seen() == before
            with contextlib.suppress(psycopg2.Error):
                holder.rollback()
    # The server notices that the first is gone when it would have answered it.
    wait_for(lambda: not installation.ask(WAITS), 60)
    process = installation.begin(code, what)
    _said, complained = process.communicate()
    assert process.returncode == 0, complained[-2000:]


def test_voiding_a_file_is_all_or_nothing(installation: Installation, pieces: list[Path]) -> None:
    """And the same bytes come in again: what follows starts from where it was."""
    first = installation.ask("select min(id) from enrollment_sourcefile where kind = 'payments'")
    totals = (
        "select string_agg(t::text, ' ' order by t::text) "
        "from (select standing, cause, count(*), sum(fen) from payments_payment group by 1, 2) t"
    )
    before = installation.ask(totals)

    def seen() -> Any:
        return installation.ask(
            "select row(f.state, (select count(*) from payments_voidedline), count(p), "
            "count(p) filter (where p.standing = 'matched'))::text "
            "from enrollment_sourcefile f left join payments_payment p on p.file_id = f.id "
            "where f.id = %s group by f.id",
            first,
        )

    strike_twice(installation, VOID, str(first), seen)
    assert seen().startswith("(voided,") and seen().endswith(",0,0)")
    job = installation.enqueue(pieces[0])
    state = "select state from enrollment_job where id = %s"
    wait_for(lambda: installation.ask(state, job) == "done", 60, every=0.2)
    assert installation.ask(totals) == before


def test_approving_a_thousand_decisions_is_all_or_nothing(installation: Installation) -> None:
    region = installation.ask("select key from enrollment_region where parent_id is null")
    installation.manage("create_user", "approver", "--role", "bureau", "--region", region)
    assert installation.enqueue("1000", PROPOSE) == 1000

    def seen() -> Any:
        """Approved; their money is to go back; they settle a part still."""
        return installation.ask(
            "select row(count(*) filter (where d.approved_at is not null), "
            "count(*) filter (where p.standing = 'refund_due' and p.refund_due_fen = d.fen), "
            "count(m))::text "
            "from payments_decision d join payments_payment p on p.id = d.payment_id "
            "left join payments_match m on m.payment_id = p.id and m.ended_at is null"
        )

    assert seen() == "(0,0,1000)"
    strike_twice(installation, APPROVE, "", seen)
    assert seen() == "(1000,1000,0)"
    books = installation.manage("check_books", SLUG)
    assert books["ok"], [check for check in books["checks"] if not check["ok"]]
