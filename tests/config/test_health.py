"""What monitoring asks: status and words for each part, and who may see the numbers."""

import pytest
from django.db import connection
from django.test import Client

from config import heartbeat
from enrollment.models import Change, Job, User
from tests.conftest import at


@pytest.fixture
def no_heartbeat() -> None:
    """No worker and no beat was heard of lately."""
    heartbeat.forget()


@pytest.fixture
def both_alive(no_heartbeat: None) -> None:
    for name in heartbeat.NAMES:
        heartbeat.say(name)


class TestLivez:
    def test_asks_nothing_but_the_process(self, client: Client) -> None:
        """No `db` fixture: a query would fail the test."""
        answer = client.get("/livez")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})

    def test_is_only_read(self, client: Client) -> None:
        assert client.post("/livez").status_code == 405


class TestReadyz:
    def test_ready(self, client: Client, db: None) -> None:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "ok"})

    @pytest.mark.django_db(transaction=True)
    def test_not_ready_once_the_connection_is_lost_and_ready_again(self, client: Client) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            backend = cursor.fetchone()[0]
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(%s, 5000)", [backend])
        other.close()
        assert client.get("/readyz").status_code == 503
        connection.close()  # the next request would do it; the test client keeps it open
        assert client.get("/readyz").status_code == 200


class TestHealthz:
    def test_all_well(self, client: Client, db: None, both_alive: None) -> None:
        answer = client.get("/healthz")
        assert answer.status_code == 200
        assert answer.json() == {
            "status": "ok",
            "database": "ok",
            "broker": "ok",
            "worker": "ok",
            "beat": "ok",
        }

    def test_silent_worker(self, client: Client, db: None, no_heartbeat: None) -> None:
        heartbeat.say("beat")
        answer = client.get("/healthz")
        assert answer.status_code == 503
        assert (answer.json()["worker"], answer.json()["beat"]) == ("down", "ok")

    def test_broker_away(self, client: Client, db: None, settings: object) -> None:
        settings.REDIS_URL = "unix:///nowhere/valkey.sock"
        answer = client.get("/healthz")
        assert answer.status_code == 503
        assert answer.json() == {
            "status": "down",
            "database": "ok",
            "broker": "down",
            "worker": "down",
            "beat": "down",
        }
        assert b"nowhere" not in answer.content  # why is for the log, not for strangers


class TestMetrics:
    def test_from_this_machine(self, client: Client, db: None, both_alive: None) -> None:
        by = User.system()
        for minute, state in ((0, "queued"), (10, "queued"), (0, "done")):
            when = at(f"2022-11-18 16:{minute:02}")
            Job.objects.create(kind="x", created_by=by, created_at=when, state=state)
        Change.objects.create(subscriber="x", kind="x", campaign_id=1, at=at("2022-11-18 16:00"))
        lines = client.get("/metrics").content.decode().splitlines()
        assert 'canbao_up{part="beat"} 1.0' in lines
        assert 'canbao_jobs{state="queued"} 2.0' in lines
        assert 'canbao_jobs{state="done"} 1.0' in lines
        assert "canbao_changes 1.0" in lines

    def test_not_for_others(self, client: Client) -> None:
        assert client.get("/metrics", REMOTE_ADDR="10.0.0.9").status_code == 403

    def test_a_proxy_on_this_machine_does_not_open_it(self, client: Client) -> None:
        assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 403

    def test_for_the_token(self, client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CANBAO_METRICS_TOKEN", "right")
        given = {"REMOTE_ADDR": "10.0.0.9", "headers": {"Authorization": "Bearer right"}}
        assert client.get("/metrics", **given).status_code == 200
        given["headers"] = {"Authorization": "Bearer wrong"}
        assert client.get("/metrics", **given).status_code == 403
