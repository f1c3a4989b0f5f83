"""The desk with twenty clerks at once: look-up and save, idle and while a million payments import.

    .venv/bin/python -m bench.desk [--people 1143900] [--lines 1000000] [--seconds 60]

Each clerk looks a person up, thinks a second, saves, and thinks three: far quicker than any clerk.
The real web server, over HTTP, with sessions and CSRF; the import is the command. Prints a
Markdown table for docs/PERFORMANCE.md: p50 and p95 in milliseconds, and the ratio of p95.
"""

import argparse
import http.client
import os
import re
import subprocess
import sys
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bench import payments, people

PORT = 8979
CLERKS = 20
PASSWORD = "bench clerks only"
THINK = {"look-up": 1.0, "save": 3.0}  # seconds after each


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=1_143_900)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    campaign = payments.start()
    path = payments.payment_file(options.lines)
    load(campaign, options.people)
    clerks = make_clerks(campaign, options.people)
    server = serve()
    try:
        await_answer()
        signed_in = [Clerk(campaign.slug, *clerk) for clerk in clerks]
        idle = measure(signed_in, until_after(options.seconds))
        importing = subprocess.Popen(
            [sys.executable, "manage.py", "import_payments", campaign.slug, str(path), "--json"],
            cwd=payments.ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        busy = measure(signed_in, lambda: importing.poll() is None)
        if importing.returncode:
            sys.exit(f"import_payments ended with {importing.returncode}")
    finally:
        server.terminate()
        server.wait()
    report(idle, busy)


def load(campaign: Any, count: int) -> None:
    """People and their registrations, no payments; a practice clock inside the window."""
    from django.db import connection

    from enrollment.models import Campaign

    Campaign.objects.filter(pk=campaign.pk).update(
        practice=True, clock=datetime(2022, 11, 18, 16, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "truncate payments_payment, payments_match, payments_correction,"
            " payments_repeatedline, enrollment_sourceproblem, enrollment_sourcefile,"
            " enrollment_change, enrollment_household cascade"
        )
    people.load(campaign, count)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")


def make_clerks(campaign: Any, count: int) -> list[tuple[str, Iterator[dict[str, str]]]]:
    """Twenty accounts in twenty townships, each with people of theirs who are not registered."""
    from django.db.models import Exists, OuterRef

    from enrollment.models import Registration, Resident, User

    registered = Registration.objects.filter(campaign=campaign, resident_id=OuterRef("pk"))
    waiting: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = Resident.objects.filter(
        ~Exists(registered),
        born_on__range=("1965-01-01", "2000-01-01"),  # plainly adults
    ).values_list("pk", "village_id", "village__parent_id")
    for pk, village, township in rows:
        waiting[township].append((pk, village))
    numbers = people.numbers(count)
    first = Resident.objects.order_by("pk").values_list("pk", flat=True)[0]
    clerks = []
    for township in sorted(waiting)[:CLERKS]:
        user, _new = User.objects.get_or_create(
            username=f"bench-{township}", defaults={"role": "clerk", "region_id": township}
        )
        user.set_password(PASSWORD)
        user.save()
        forms = (
            {
                "kind": "resident_id",
                "number": numbers[pk - first],
                "name": people.name_of(pk - first),
                "village": str(village),
                "category": "1501",
            }
            for pk, village in waiting[township]
        )
        clerks.append((user.username, forms))
    return clerks


def serve() -> subprocess.Popen[bytes]:
    from config import static

    static.collect()
    return subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn",
            "--bind", f"127.0.0.1:{PORT}", "config.wsgi:application",
        ],
        cwd=payments.ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


def await_answer() -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.3)
    sys.exit("the web server does not answer")


class Clerk:
    """One signed-in browser."""

    def __init__(self, slug: str, username: str, forms: Iterator[dict[str, str]]):
        self.paths = {
            "look-up": f"/c/{slug}/desk/look-up/",
            "save": f"/c/{slug}/desk/registrations/",
        }
        self.forms = forms
        self.cookies: dict[str, str] = {}
        page = self.send("GET", "/sign-in/")[1]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, "no sign-in form"
        answer = self.send(
            "POST",
            "/sign-in/",
            {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token[1]},
        )
        assert answer[0] == 302, f"sign-in answered {answer[0]}"

    def send(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": self.cookies.get("csrftoken", ""),
            "HX-Request": "true" if form and "number" in form else "",
        }
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        connection.request(
            method, path, urlencode(form or {}), {name: v for name, v in headers.items() if v}
        )
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()  # the server keeps a silent connection for two seconds only
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                for cookie in SimpleCookie(value).values():
                    self.cookies[cookie.key] = cookie.value
        return answer.status, body

    def work(self, goes_on: Any, times: dict[str, list[float]]) -> None:
        while goes_on():
            form = next(self.forms) | {"save_key": str(uuid.uuid4())}
            for act, path in self.paths.items():
                began = time.perf_counter()
                status, body = self.send("POST", path, form)
                times[act].append(time.perf_counter() - began)
                if status != 200:
                    raise RuntimeError(f"{act} answered {status}: {problem_of(body)}")
                time.sleep(THINK[act])


def problem_of(page: str) -> str:
    """What a page says in words, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())[:600]


def until_after(seconds: float) -> Any:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() < until


def measure(clerks: list[Clerk], goes_on: Any) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"look-up": [], "save": []}
    threads = [threading.Thread(target=clerk.work, args=(goes_on, times)) for clerk in clerks]
    for thread in threads:
        thread.start()
        time.sleep(4 / CLERKS)  # spread over a clerk's round
    for thread in threads:
        thread.join()
    return times


def report(idle: dict[str, list[float]], busy: dict[str, list[float]]) -> None:
    print("| act | idle p50 ms | idle p95 ms | n | importing p50 ms | p95 ms | n | p95 ratio |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for act in THINK:
        cells = [act]
        for times in (idle[act], busy[act]):
            cells += [f"{at(times, 0.5):.1f}", f"{at(times, 0.95):.1f}", str(len(times))]
        cells.append(f"{at(busy[act], 0.95) / at(idle[act], 0.95):.2f}")
        print(f"| {' | '.join(cells)} |")


def at(times: list[float], share: float) -> float:
    """A percentile, in milliseconds."""
    ordered = sorted(times)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


if __name__ == "__main__":
    main()
