"""The whole product in the foreground: services, web, worker and beat, until told to stop."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from redis import RedisError

from config import environment, heartbeat, schema, services, static
from config.supervisor import Child, GaveUp, Supervisor

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # `make check` and CI ask; a start should not wait for them

    def handle(self, *args: Any, **options: Any) -> None:
        # Until the supervisor takes over: leave by way of the `finally` clauses.
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
        data = settings.DATA_DIR
        try:
            with _only_run(data), _listen(_port()) as listener:
                self._prepare()
                self._supervise(data, listener)
        finally:
            services.release(data)

    def _prepare(self) -> None:
        if schema.bring_up_to_date():
            self.say("Database migrated")
        if static.collect():
            self.say("Static files collected")
        if os.environ.get("CANBAO_DEMO", "1" if settings.EMBEDDED else "0") == "1":
            call_command("seed_demo", once=True, stdout=StringIO())  # its progress is on stderr
        connections.close_all()

    def _supervise(self, data: Path, listener: socket.socket) -> None:
        url = f"http://{HOST}:{listener.getsockname()[1]}"

        def welcome() -> None:
            self.say(f"Ready: {url}")
            accounts = data / "demo-accounts.txt"
            if accounts.exists():
                self.say(accounts.read_text(encoding="utf-8").rstrip())

        def look_after_services() -> None:
            if not services.kept(data):
                self.say("Starting a lost service again")
                services.ensure(data)

        try:
            heartbeat.forget()  # of the run before, or we would be ready before we are
            Supervisor(
                children(data, listener.fileno()),
                health=f"{url}/healthz",
                when_ready=welcome,
                each_round=look_after_services,
                say=self.say,
            ).run()
        except (GaveUp, services.Unavailable) as problem:
            raise CommandError(str(problem)) from None
        except RedisError as problem:
            raise CommandError(f"The broker cannot be reached: {problem}") from None

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def children(data: Path, listener: int) -> list[Child]:
    """Web on a socket that we hold (so a restart refuses nobody), worker and beat."""
    python, celery = [sys.executable, "-m"], ["celery", "-A", "config.celery:app"]
    web = ["gunicorn", "--config", "python:config.gunicorn", "--bind", f"fd://{listener}"]
    worker = ["worker", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    beat = ["beat", "--schedule", str(data / "beat-schedule")]
    log = environment.paths(data).log
    return [
        Child(
            "web",
            [*python, *web, "config.wsgi:application"],
            log("web"),
            environment.ROOT,
            descriptors=(listener,),
        ),
        Child(
            "worker",
            [*python, *celery, *worker],
            log("worker"),
            environment.ROOT,
            # Stop within seconds: the job's row is free at once and is taken up again.
            environment={"REMAP_SIGTERM": "SIGQUIT", "CELERY_SKIP_CHECKS": "1"},
        ),
        Child("beat", [*python, *celery, *beat], log("beat"), environment.ROOT),
    ]


def _port() -> int:
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise CommandError(f"PORT must be a number from 1 to 65535, not {given!r}")
    return int(given)


@contextmanager
def _only_run(data: Path) -> Iterator[None]:
    lock = services.try_lock(environment.paths(data).lock("run"), LOCK_EX)
    if lock is None:
        raise CommandError(f"Canbao already runs on {data}: stop it, or set CANBAO_DATA and PORT")
    try:
        yield
    finally:
        os.close(lock)


@contextmanager
def _listen(port: int) -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as problem:
            raise CommandError(
                f"Port {port} cannot be used ({problem.strerror}): set PORT to another"
            ) from None
        listener.listen(128)
        yield listener
