"""DATABASE_URL and REDIS_URL set: the same product on servers from Debian's packages, over TCP.

Debian 12 has PostgreSQL 15, the oldest that our SQL may need.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from config.environment import ROOT
from config.lib import siv
from tests.config.test_supervisor import free_port
from tests.quick import migrate

POSTGRES = max(Path("/usr/lib/postgresql").glob("*/bin/postgres"), default=None)
REDIS = shutil.which("redis-server")
NOTICE = Path(__file__).parents[1] / "data" / "small-2023.toml"

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(not (POSTGRES and REDIS), reason="no postgresql and redis-server of Debian"),
]


@pytest.fixture(scope="module")
def outside() -> Iterator[dict[str, str]]:
    """The environment of a production host; its servers run as another user if we are root."""
    assert POSTGRES and REDIS
    folder = Path(tempfile.mkdtemp(prefix="canbao-outside-", dir="/tmp"))
    user = "nobody" if os.getuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    cluster, postgres, broker = folder / "cluster", free_port(), free_port()
    siv.create_key_file(folder / "keys")

    def start(*command: object) -> subprocess.Popen[bytes]:
        words = [str(word) for word in command]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(words, cwd=folder, user=user, stdout=quiet, stderr=quiet)

    initdb = ["-A", "trust", "-U", "canbao", "-E", "UTF8", "--locale=C.UTF-8", "-N", "-D", cluster]
    assert start(POSTGRES.with_name("initdb"), *initdb).wait() == 0
    servers = [
        start(POSTGRES, "-D", cluster, "-p", postgres, "-k", folder, "-F"),
        start(REDIS, "--port", broker, "--bind", "127.0.0.1", "--save", "", "--dir", folder),
    ]
    create_database(postgres)
    yield {
        "PATH": os.environ["PATH"],
        "CANBAO_DATA": str(folder / "data"),
        "CANBAO_KEYS": str(folder / "keys"),
        "DATABASE_URL": f"postgresql://canbao@127.0.0.1:{postgres}/canbao",
        "REDIS_URL": f"redis://127.0.0.1:{broker}/3",
        "DJANGO_SECRET_KEY": "x" * 50,
    }
    for server in servers:
        server.terminate()
        server.wait(30)
    shutil.rmtree(folder)


def create_database(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            server = psycopg2.connect(host="127.0.0.1", port=port, user="canbao", dbname="postgres")
            break
        except psycopg2.OperationalError:
            assert time.monotonic() < until
            time.sleep(0.1)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute("create database canbao")
    server.close()


def manage(environment: dict[str, str], *words: object) -> str:
    command = [sys.executable, "manage.py", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_migrates_loads_a_notice_and_does_what_is_rung_for(outside: dict[str, str]) -> None:
    migrate(outside)
    loaded = manage(outside, "load_notice", NOTICE, "--practice", "--json").splitlines()[-1]
    assert json.loads(loaded)["campaign"] == "small-2023"

    manage(outside, "shell", "-v", "0", "-c", "from enrollment.tasks import tick; tick.delay()")
    broker = redis.Redis.from_url(outside["REDIS_URL"])
    assert broker.llen("celery") == 1
    celery = [sys.executable, "-m", "celery", "-A", "config.celery:app", "worker", "--pool", "solo"]
    worker = subprocess.Popen(
        celery, cwd=ROOT, env=outside, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        until = time.monotonic() + 60
        while broker.llen("celery") or not broker.exists("canbao:alive:worker"):
            assert worker.poll() is None and time.monotonic() < until
            time.sleep(0.1)
    finally:
        worker.terminate()
        worker.communicate(timeout=30)

    data = Path(outside["CANBAO_DATA"])
    assert not (data / "postgres").exists() and not (data / "valkey").exists()


def test_an_unreachable_database_is_one_clear_line(outside: dict[str, str]) -> None:
    nowhere = f"postgresql://canbao:geheim@127.0.0.1:{free_port()}/canbao"
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        cwd=ROOT,
        env={**outside, "DATABASE_URL": nowhere},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The database cannot be reached: connection to server at")
    assert done.stderr.count("\n") == 1
    assert "geheim" not in done.stderr
