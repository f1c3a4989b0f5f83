"""Runs web, worker and beat as children in the foreground, and ends them all with itself."""

import os
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from config.keeper import end_with_parent

DEATHS_A_MINUTE = 5  # one more and starting again is no cure
FIRST_PAUSE = 0.5  # seconds before starting again; doubles with each death of the last minute
STOP_PATIENCE = 10  # seconds; then by force
LOG_LIMIT = 10_000_000  # bytes, looked at when a child is first started


class GaveUp(Exception):
    """One line for a person."""


@dataclass
class Child:
    """A program that is kept running. Its group holds its own children, to be ended with it."""

    name: str
    command: list[str]
    log: Path
    cwd: Path
    environment: dict[str, str] = field(default_factory=dict)
    descriptors: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    next_start: float = 0.0

    def tend(self, say: Callable[[str], None]) -> None:
        """Start it when it is due, notice when it has died."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.next_start:
                self._start()
        elif (code := self.process.poll()) is not None:
            self.kill_group()
            self.process = None
            self.deaths = [at for at in self.deaths if at > now - 60] + [now]
            if len(self.deaths) > DEATHS_A_MINUTE:
                raise GaveUp(
                    f"{self.name} ended {len(self.deaths)} times within a minute, at last with "
                    f"code {code}; why is in {self.log}"
                )
            pause = FIRST_PAUSE * 2 ** (len(self.deaths) - 1)
            self.next_start = now + pause
            say(
                f"{self.name} ended with code {code}, starting it again in {pause:g} s ({self.log})"
            )

    def _start(self) -> None:
        if not self.deaths and self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.cwd,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.descriptors,
                process_group=0,  # a Ctrl-C at the terminal reaches the supervisor alone
                preexec_fn=end_with_parent(signal.SIGTERM),
            )

    def kill_group(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """Children, the address that tells when all is well, and what to do until somebody says stop.

    `each_round` is called about three times a second; it looks after what the children need.
    """

    def __init__(
        self,
        children: list[Child],
        *,
        health: str,
        when_ready: Callable[[], None],
        each_round: Callable[[], None],
        say: Callable[[str], None],
    ) -> None:
        self.children = children
        self.health, self.when_ready = health, when_ready
        self.each_round, self.say = each_round, say
        self.ending = threading.Event()
        self.ready = False

    def run(self) -> None:
        """Until SIGINT, SIGTERM or SIGHUP. Errors: GaveUp, with every child ended."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            while not self.ending.is_set():
                self.each_round()
                for child in self.children:
                    child.tend(self.say)
                if not self.ready and self._is_healthy():
                    self.ready = True
                    self.when_ready()
                self.ending.wait(0.3)
        finally:
            self._stop()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.ending.set()

    def _is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(self.health, timeout=2) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:  # refused, timed out, or an HTTP status of 4xx and 5xx
            return False

    def _stop(self) -> None:
        running = [child for child in self.children if child.process]
        for child in running:
            assert child.process
            child.process.terminate()
        until = time.monotonic() + STOP_PATIENCE
        for child in running:
            assert child.process
            try:
                child.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"{child.name} does not end by itself, ending it by force")
            child.kill_group()
            child.process.wait()
