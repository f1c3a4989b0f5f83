"""What the environment says, and where the rest lies. Reading it starts nothing, makes nothing."""

import hashlib
import os
import re
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent
NAME = "canbao"  # of the embedded database and its owner
SERVICES = ("postgres", "valkey")
# A socket's whole path must fit into sockaddr_un: 104 bytes on macOS, 108 on Linux, one for the
# closing zero; PostgreSQL appends 14 ("/.s.PGSQL.5432").
LONGEST_FOLDER = (104 if sys.platform == "darwin" else 108) - 1 - len("/.s.PGSQL.5432")


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
