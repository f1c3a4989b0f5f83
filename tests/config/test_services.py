"""The embedded services survive what happens to processes: kills, crowds, odd places."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment, services
from config.environment import ROOT

USER = """
import sys
from pathlib import Path
from config import services
try:
    services.ensure(Path(sys.argv[1]), fsync=False)
except services.Unavailable as problem:
    sys.exit(str(problem))
print("up", flush=True)
sys.stdin.read()
"""


class User:
    """A process that uses the services of a data folder until told to leave."""

    def __init__(self, data: Path, **given: str) -> None:
        bare = {
            k: v for k, v in os.environ.items() if not k.startswith(("CANBAO", "DATABASE", "REDIS"))
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(data)],
            cwd=ROOT,
            env={**bare, "CANBAO_DATA": str(data), **given},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def up(self) -> "User":
        assert self.process.stdout
        assert self.process.stdout.readline() == "up\n", self.process.communicate()[1]
        return self

    def refused(self) -> str:
        assert self.process.wait(60) == 1
        assert self.process.stderr
        return self.process.stderr.read()

    def leave(self) -> None:
        self.process.communicate()


def processes(data: Path) -> dict[str, list[psutil.Process]]:
    """What runs in or for a data folder: keepers, postmasters with their backends, valkeys."""
    found: dict[str, list[psutil.Process]] = {"keeper": [], "postgres": [], "valkey-server": []}
    for process in psutil.process_iter(["name", "cwd", "cmdline"]):
        place, command = process.info["cwd"] or "", process.info["cmdline"] or []
        if place.startswith(str(data)):
            found[process.info["name"]].append(process)
        elif "config.keeper" in command and str(data) in command:
            found["keeper"].append(process)
    return found


def postmaster(data: Path) -> psutil.Process:
    """The one server process whose parent is a keeper."""
    (process,) = [p for p in processes(data)["postgres"] if "-D" in p.cmdline()]
    return process


def query(data: Path, sql: str, patience: float = 20) -> object:
    """The first column of the first row, tried again until the server answers."""
    until = time.monotonic() + patience
    while True:
        try:
            connection = services.connect(environment.paths(data), environment.NAME)
        except psycopg2.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
            continue
        with connection.cursor() as cursor:
            cursor.execute(sql)
            value = cursor.fetchone()[0] if cursor.description else None
        connection.close()
        return value


def valkey(data: Path, *words: str, patience: float = 20) -> bytes:
    """The reply to one command, tried again until the server answers."""
    until = time.monotonic() + patience
    while True:
        try:
            with socket.socket(socket.AF_UNIX) as plug:
                plug.connect(str(environment.paths(data).valkey_socket))
                plug.sendall((" ".join(words) + "\r\n").encode())
                reply = plug.recv(1000)
            if not reply.startswith(b"-LOADING"):
                return reply
        except OSError:
            if time.monotonic() > until:
                raise
        time.sleep(0.1)


def wait_until(holds: Callable[[], object], patience: float = 15) -> None:
    until = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder in an odd place, used by two processes that came at the same moment."""
    data = tmp_path_factory.mktemp("参保 data") / "var"
    users = [User(data), User(data)]
    for user in users:
        user.up()
    yield data
    for user in users:
        user.leave()


@pytest.mark.services
class TestKills:
    def test_two_at_once_start_one_server(self, crowd: Path) -> None:
        wait_until(lambda: len(processes(crowd)["keeper"]) == 2)  # one per service; others leave
        assert len(processes(crowd)["valkey-server"]) == 1
        assert postmaster(crowd)

    def test_odd_path_keeps_sockets_elsewhere_in_a_private_folder(self, crowd: Path) -> None:
        sockets = environment.paths(crowd).sockets
        assert crowd not in sockets.parents
        assert sockets.stat().st_mode & 0o777 == 0o700

    def test_chinese_has_trigrams_and_the_clock_is_shanghais(self, crowd: Path) -> None:
        query(crowd, "create extension if not exists pg_trgm")
        # A word of three characters has four trigrams: "  唐", " 唐河", "唐河县", "河县 ".
        assert query(crowd, "select cardinality(show_trgm('唐河县'))") == 4
        assert query(crowd, "show timezone") == "Asia/Shanghai"

    def test_killed_postgres_comes_back_with_its_data(self, crowd: Path) -> None:
        query(crowd, "create table kept as select 7 as value")
        killed = postmaster(crowd)
        killed.kill()
        killed.wait(5)
        assert query(crowd, "select value from kept") == 7
        assert postmaster(crowd).pid != killed.pid

    def test_killed_valkey_comes_back_with_its_data(self, crowd: Path) -> None:
        assert valkey(crowd, "SET", "kept", "7") == b"+OK\r\n"
        (killed,) = processes(crowd)["valkey-server"]
        killed.kill()
        killed.wait(5)
        assert valkey(crowd, "GET", "kept") == b"$1\r\n7\r\n"

    def test_killed_keepers_are_replaced_and_leave_no_orphan(self, crowd: Path) -> None:
        query(crowd, "create table kept_too as select 8 as value")
        before = postmaster(crowd)
        for keeper in processes(crowd)["keeper"]:
            keeper.kill()
        user = User(crowd).up()
        assert query(crowd, "select value from kept_too") == 8
        wait_until(lambda: not before.is_running())
        assert postmaster(crowd).pid != before.pid
        assert len(processes(crowd)["keeper"]) == 2
        user.leave()

    def test_a_user_that_is_killed_counts_as_gone(self, crowd: Path) -> None:
        """No list of users to be cleaned: the kernel drops the lock. The others stay served."""
        user = User(crowd).up()
        user.process.kill()
        user.leave()
        assert query(crowd, "select 1", patience=0) == 1


@pytest.mark.services
class TestEnds:
    def test_last_one_out_ends_everything(self, tmp_path: Path) -> None:
        data = tmp_path / "var"
        (data / "postgres.new").mkdir(parents=True)  # an initdb that was interrupted
        (data / "postgres.new" / "half").touch()
        first, second = User(data).up(), User(data).up()
        first.leave()
        time.sleep(2)  # longer than the keepers' grace: the second user still holds them
        assert query(data, "select 1", patience=0) == 1
        second.leave()
        wait_until(lambda: not any(processes(data).values()))
        assert not (data / "postgres" / "postmaster.pid").exists()  # a clean end, not a crash

    def test_only_what_no_url_gives_is_started(self, tmp_path: Path) -> None:
        user = User(
            tmp_path, DATABASE_URL="postgresql://h/n", DJANGO_SECRET_KEY="x", CANBAO_KEYS="x"
        ).up()
        assert valkey(tmp_path, "PING", patience=0) == b"+PONG\r\n"
        assert not (tmp_path / "postgres").exists()
        user.leave()


class TestRefusals:
    def test_another_major_is_refused_with_the_way_to_move_it(self, tmp_path: Path) -> None:
        (tmp_path / "keys").touch()
        (tmp_path / "postgres").mkdir()
        (tmp_path / "postgres" / "PG_VERSION").write_text("16\n")
        refusal = User(tmp_path).refused()
        assert "written by PostgreSQL 16" in refusal
        assert "pg_dump" in refusal
        assert refusal.count("\n") == 1

    def test_a_lost_key_file_is_never_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "postgres").mkdir()
        refusal = User(tmp_path).refused()
        assert f"key file {tmp_path}/keys is missing" in refusal
        assert not (tmp_path / "keys").exists()


class TestSettings:
    """Reading them starts nothing and makes no file."""

    @pytest.fixture(autouse=True)
    def unset(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        for name in ("DATABASE_URL", "REDIS_URL", "DJANGO_SECRET_KEY", "CANBAO_KEYS"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("CANBAO_DATA", str(tmp_path / "var"))

    def test_embedded(self, tmp_path: Path) -> None:
        run = tmp_path / "var" / "run"
        assert environment.database() == {"NAME": "canbao", "USER": "canbao", "HOST": str(run)}
        assert environment.redis_url() == f"unix://{run}/valkey.sock"
        assert environment.broker_url() == f"redis+socket://{run}/valkey.sock"
        assert environment.key_file() == tmp_path / "var" / "keys"
        assert environment.needed() == ("postgres", "valkey")
        assert len(environment.secret_key()) > 50
        assert not (tmp_path / "var").exists()

    def test_two_urls(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://u:p%40ss@db:6432/canbao?sslmode=require")
        monkeypatch.setenv("REDIS_URL", "redis://broker:6379/2")
        assert environment.database() == {
            "NAME": "canbao",
            "USER": "u",
            "PASSWORD": "p@ss",
            "HOST": "db",
            "PORT": "6432",
            "OPTIONS": {"sslmode": "require"},
        }
        assert environment.broker_url() == environment.redis_url() == "redis://broker:6379/2"
        assert environment.needed() == ()

    @pytest.mark.parametrize(
        "url", ["sqlite:///x.db", "postgresql://host", "postgresql://h:port/n", "host/name"]
    )
    def test_wrong_database_url(self, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
        monkeypatch.setenv("DATABASE_URL", url)
        with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must look like"):
            environment.database()

    def test_outside_database_needs_secret_and_keys(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://h/n")
        with pytest.raises(ImproperlyConfigured, match="DJANGO_SECRET_KEY is missing"):
            environment.secret_key()
        with pytest.raises(ImproperlyConfigured, match="CANBAO_KEYS is missing"):
            environment.key_file()

    def test_wrong_redis_url(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDIS_URL", "amqp://h")
        with pytest.raises(ImproperlyConfigured, match="REDIS_URL must look like"):
            environment.broker_url()

    def test_socket_path_always_fits(self, tmp_path: Path) -> None:
        at_the_limit = Path("/" + "d" * (environment.LONGEST_FOLDER - len("//run")))
        assert environment.paths(at_the_limit).sockets == at_the_limit / "run"
        beyond = environment.paths(Path(f"{at_the_limit}d")).sockets
        assert beyond.parent == Path("/tmp")
        assert beyond != environment.paths(Path(f"{at_the_limit}e")).sockets
