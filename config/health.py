"""Is it alive, can it serve, does everything behind it work, and how much waits.

`/livez` asks the process only, `/readyz` the database, `/healthz` all four parts, `/metrics` is
for Prometheus. Nothing here needs a login, so nothing here tells why: the log does.
"""

import hmac
import logging
import os
from datetime import timedelta

import redis
from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from config import heartbeat
from enrollment.models import Change, Job

log = logging.getLogger("canbao.health")


@require_safe
@never_cache
@login_not_required
def livez(request: HttpRequest) -> JsonResponse:
    """This process answers; it asks nothing else, so a restart is worth it when this fails."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers, so requests can be served."""
    return _response({"database": database_answers()})


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """Database, broker, worker and beat, for people and monitoring."""
    return _response(parts())


@require_safe
@never_cache
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Gauges read anew at each request: web processes share no state."""
    if not _may_see_metrics(request):
        return HttpResponseForbidden("from this machine, or with CANBAO_METRICS_TOKEN")
    registry = CollectorRegistry()
    up = Gauge("canbao_up", "1 where the part works", ["part"], registry=registry)
    works = parts()
    for part, value in works.items():
        up.labels(part).set(value)
    if works["database"]:
        _count_work(registry)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def parts() -> dict[str, bool]:
    """What works now; a part that cannot be asked does not work."""
    try:
        alive = heartbeat.found()
    except redis.RedisError as problem:
        log.warning("the broker does not answer: %s", type(problem).__name__)
        alive = dict.fromkeys(heartbeat.NAMES, False)
        return {"database": database_answers(), "broker": False} | alive
    return {"database": database_answers(), "broker": True} | alive


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError as problem:
        log.warning("the database does not answer: %s", type(problem).__name__)
        return False
    return True


def _count_work(registry: CollectorRegistry) -> None:
    jobs = Gauge("canbao_jobs", "Jobs by state", ["state"], registry=registry)
    oldest = Gauge("canbao_oldest_job_seconds", "Age of the oldest waiting job", registry=registry)
    changes = Gauge("canbao_changes", "Changes waiting to be consumed", registry=registry)
    counts = Job.objects.aggregate(
        since=Min("created_at", filter=Q(state=Job.State.QUEUED)),
        **{state: Count("id", filter=Q(state=state)) for state in Job.State.values},
    )
    for state in Job.State.values:
        jobs.labels(state).set(counts[state])
    now = timezone.now()
    oldest.set((now - (counts["since"] or now)) / timedelta(seconds=1))
    changes.set(Change.objects.count())


def _response(found: dict[str, bool]) -> JsonResponse:
    all_work = all(found.values())
    words = {part: "ok" if works else "down" for part, works in found.items()}
    words["status"] = "ok" if all_work else "down"
    return JsonResponse(words, status=200 if all_work else 503)


def _may_see_metrics(request: HttpRequest) -> bool:
    """From this machine, and not merely forwarded by a proxy on it; or with the token."""
    token = os.environ.get("CANBAO_METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(token.encode(), given.encode()):
        return True
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.META["REMOTE_ADDR"] in ("127.0.0.1", "::1") and not forwarded
