"""docker-compose.yml says the same as the embedded services, and keeps no secret."""

from pathlib import Path
from typing import Any

import pytest

from config import environment, keeper

yaml = pytest.importorskip("yaml")
ROOT = environment.ROOT
APP = ("web", "worker", "beat", "migrate")
SERVERS = ("postgres", "redis")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_has_these_services(compose: dict[str, Any]) -> None:
    assert sorted(compose["services"]) == sorted(APP + SERVERS)


def test_postgres_is_set_as_the_embedded_one(compose: dict[str, Any]) -> None:
    _, *settings = compose["services"]["postgres"]["command"]
    given = dict(word.removeprefix("-c").split("=") for word in settings)
    assert given == keeper.POSTGRES_SETTINGS
    made_with = compose["services"]["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert made_with.split() == keeper.INITDB


@pytest.mark.parametrize("name", ("web", "worker", "beat", "postgres", "redis"))
def test_each_that_stays_has_a_health_check(compose: dict[str, Any], name: str) -> None:
    assert compose["services"][name]["healthcheck"]["test"]
    assert compose["services"][name]["restart"] == "unless-stopped"


def test_the_app_waits_for_a_migrated_database(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat"):
        waits = compose["services"][name]["depends_on"]
        assert waits["migrate"]["condition"] == "service_completed_successfully"
        assert waits["postgres"]["condition"] == waits["redis"]["condition"] == "service_healthy"


def test_nothing_runs_as_root(compose: dict[str, Any]) -> None:
    for name in SERVERS:
        assert compose["services"][name]["user"] == name
    assert "\nUSER canbao\n" in (ROOT / "Dockerfile").read_text()
    for name in APP:
        assert "user" not in compose["services"][name]


def test_data_outlives_containers(compose: dict[str, Any]) -> None:
    for name, place in (("web", "/data"), ("postgres", "/var/lib/postgresql/data")):
        (volume,) = compose["services"][name]["volumes"]
        source, target = volume.split(":")
        assert target == place
        assert source in compose["volumes"]


def test_secrets_are_asked_for_and_written_nowhere(compose: dict[str, Any]) -> None:
    environment = compose["services"]["web"]["environment"]
    assert environment["DJANGO_SECRET_KEY"].startswith("${DJANGO_SECRET_KEY:?")
    assert "canbao:${POSTGRES_PASSWORD:?" in environment["DATABASE_URL"]
    assert environment["CANBAO_KEYS"] == "/run/secrets/keys"
    ignored = (ROOT / ".gitignore").read_text().split()
    assert {".env", "secrets/"} <= set(ignored)


def test_only_web_is_reached_and_only_from_this_machine(compose: dict[str, Any]) -> None:
    published = {name: s["ports"] for name, s in compose["services"].items() if "ports" in s}
    assert published == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}


def test_image_leaves_out_what_is_only_for_tests() -> None:
    runtime, mark, _ = (ROOT / "requirements.txt").read_text().partition("# --- tests")
    assert mark
    assert "Django==" in runtime and "pytest" not in runtime
    shipped = {line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line[0] == "!"}
    assert all((Path(ROOT) / name).exists() for name in shipped)
    assert not shipped & {"tests", "var", "secrets", ".env"}
