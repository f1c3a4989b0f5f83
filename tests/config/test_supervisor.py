"""`make run`: one foreground process that starts all, heals all and ends all."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from config import supervisor
from config.environment import ROOT
from config.supervisor import Child, GaveUp, Supervisor


def free_port() -> int:
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        return plug.getsockname()[1]


class Run:
    """A `manage.py run` without demo data, on a data folder and a port of its own."""

    def __init__(self, data: Path, port: int, **environment: str) -> None:
        self.data, self.port = data, port
        self.output = data.with_name(f"output-{port}")
        own = {"CANBAO_DATA": str(data), "PORT": str(port), "CANBAO_DEMO": "0"}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=ROOT,
                env={**os.environ, **own, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def said(self) -> str:
        return self.output.read_text()

    def wait_for(self, text: str, patience: float = 300) -> None:
        until = time.monotonic() + patience
        while text not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < until, f"no {text!r} in: {self.said()}"
            time.sleep(0.1)

    def asks(self, path: str) -> int:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}{path}", timeout=10
            ) as answer:
                return answer.status
        except urllib.error.HTTPError as answer:
            return answer.code

    def processes(self) -> list[psutil.Process]:
        """All that belongs to this run: below it, or (services) working in its data folder."""
        return [
            process
            for process in psutil.process_iter(["cwd", "cmdline", "environ"])
            if (process.info["environ"] or {}).get("CANBAO_DATA") == str(self.data)
            or str(self.data) in (process.info["cmdline"] or [])
            or (process.info["cwd"] or "").startswith(str(self.data))
        ]

    def child(self, program: str) -> psutil.Process:
        """The supervisor's own child that runs a program."""
        children = psutil.Process(self.process.pid).children()
        (found,) = [child for child in children if program in child.cmdline()]
        return found


@contextmanager
def running(data: Path, port: int) -> Iterator[Run]:
    run = Run(data, port)
    try:
        yield run
    finally:
        for process in run.processes():
            with suppress(psutil.NoSuchProcess):  # it ended while the others were looked for
                process.kill()
        run.process.wait()


@pytest.mark.services
def test_a_whole_life(tmp_path: Path) -> None:
    """Start, kill a part, refuse a second one, stop, start again, be killed: nothing is left."""
    data, port = tmp_path / "var", free_port()
    with running(data, port) as run:
        run.wait_for(f"Ready: http://127.0.0.1:{port}")
        assert run.asks("/healthz") == 200

        run.child("gunicorn").kill()
        run.wait_for("web ended with code -9")
        assert run.asks("/livez") == 200  # the socket is ours: the question waits, none is refused

        second = Run(data, free_port())
        assert second.process.wait(30) == 1
        assert "Canbao already runs on" in second.said()
        assert second.said().count("\n") == 1

        run.process.send_signal(signal.SIGTERM)
        assert run.process.wait(30) == 0
        assert run.processes() == []

    with running(data, port) as run:
        run.wait_for("Ready:")
        run.process.kill()
        _, alive = psutil.wait_procs(run.processes(), timeout=60)
        assert [process.info["cmdline"] for process in alive] == []


@pytest.mark.services
def test_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = Run(tmp_path / "var", port)
        assert run.process.wait(30) == 1
    assert f"Port {port} cannot be used (Address already in use)" in run.said()
    assert run.said().count("\n") == 1
    assert run.processes() == []


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("PORT", "http", "PORT must be a number"),
        ("REDIS_URL", "amqp://h", "REDIS_URL must look like redis://"),
        ("DATABASE_URL", "postgresql://h/n", "DJANGO_SECRET_KEY is missing"),
        ("CANBAO_HTTPS", "yes", "CANBAO_HTTPS must be 0 or 1"),
        ("CANBAO_DATA", "/dev/null/var", "The data folder /dev/null/var cannot be made"),
    ],
)
def test_wrong_setting_is_one_clear_line(tmp_path: Path, name: str, value: str, line: str) -> None:
    run = Run(tmp_path / "var", free_port(), **{name: value})
    assert run.process.wait(30) == 1
    assert line in run.said()
    assert run.said().count("\n") == 1


def child(tmp_path: Path, program: str) -> Child:
    return Child("it", [sys.executable, "-c", program], tmp_path / "it.log", tmp_path)


def supervise(*children: Child, each_round: object = lambda: None) -> list[str]:
    said: list[str] = []
    Supervisor(
        list(children),
        health="http://127.0.0.1:1/",
        when_ready=lambda: None,
        each_round=each_round,
        say=said.append,
    ).run()
    return said


@pytest.fixture
def own_signals() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


class TestChildren:
    pytestmark = pytest.mark.usefixtures("own_signals")

    def test_one_that_keeps_dying_ends_all_with_one_line(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.001)
        other = child(tmp_path, "import time; time.sleep(60)")
        with pytest.raises(GaveUp, match=r"it ended 6 times within a minute, .* code 3; .*it\.log"):
            supervise(child(tmp_path, "raise SystemExit(3)"), other)
        assert other.process and other.process.poll() is not None

    def test_one_that_does_not_end_is_ended_with_its_children(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(supervisor, "STOP_PATIENCE", 0.5)
        stubborn = child(
            tmp_path,
            "import signal, subprocess, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
            "open('child', 'w').write(str(subprocess.Popen(['sleep', '60']).pid)); time.sleep(60)",
        )

        def end_once_it_runs() -> None:
            if (tmp_path / "child").exists() and (tmp_path / "child").read_text():
                os.kill(os.getpid(), signal.SIGTERM)

        said = supervise(stubborn, each_round=end_once_it_runs)
        assert said == ["it does not end by itself, ending it by force"]
        grandchild = int((tmp_path / "child").read_text())
        until = time.monotonic() + 10
        while psutil.pid_exists(grandchild) and not is_zombie(grandchild):
            assert time.monotonic() < until
            time.sleep(0.05)


def is_zombie(process: int) -> bool:
    """Dead, and its new parent (in a container perhaps nobody) has not asked for its code."""
    try:
        return psutil.Process(process).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
