"""The dashboard's first page with a hundredth of a county's people, and with all of them.

    .venv/bin/python -m bench.dashboard [--people 11439 1143900] [--requests 400]

The real web server over HTTP, one bureau user asking for the county's page again and again. Prints
a Markdown table for docs/PERFORMANCE.md: p50 and p95 in milliseconds, the ratio of p95 to that of
the smallest, and how long the roll-ups take to be counted anew.
"""

import argparse
import time
from typing import Any

from bench import desk, payments

USER = "bench-bureau"
WARM = 40  # requests before the first that counts

# People come over five weeks, nine of ten have paid an hour later: a row of the roll-ups for every
# village and day, as a county has them.
SPREAD = """
    update enrollment_registration
    set registered_at = timestamptz '2022-10-15 08:30+08'
        + make_interval(days => (resident_id * 7919 %% 34)::int, mins => (resident_id %% 400)::int)
    where campaign_id = %(campaign)s;
    insert into payments_match (
        campaign_id, payment_id, registration_id, resident_id, part, fen, due_fen,
        policy_version_id, rule, alone, at, known_at, by_id, why
    )
    select campaign_id, id, id, resident_id, 'own', own_fen, own_fen, policy_version_id, 'number',
        true, registered_at + interval '1 hour', registered_at + interval '1 day', registered_by_id, ''
    from enrollment_registration
    where campaign_id = %(campaign)s and resident_id %% 10 <> 0;
    insert into enrollment_priorenrollment (resident_id, insurance, coverage_from, village_id)
    select resident_id, insurance, (coverage_from - interval '1 year')::date, village_id
    from enrollment_registration where campaign_id = %(campaign)s;
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[11_439, 1_143_900])
    parser.add_argument("--requests", type=int, default=400)
    options = parser.parse_args()
    campaign = payments.start()
    from django.db import connection

    rows = []
    for people in options.people:
        connection.close()  # temporary tables of the loading before go with it
        desk.load(campaign, people)
        campaign.refresh_from_db()
        counted = count(campaign)
        rows.append((people, counted, ask(campaign, options.requests)))
    report(rows)


def count(campaign: Any) -> float:
    """Spread the people over the campaign, then the seconds of a recount that changes nothing."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(SPREAD, {"campaign": campaign.pk})
        cursor.execute("vacuum analyze")
    return recount(campaign)


def recount(campaign: Any) -> float:
    """Seconds of a recount that changes nothing."""
    from reports.progress import rollups

    rollups.refresh(campaign, as_of=campaign.clock)
    began = time.perf_counter()
    rollups.refresh(campaign, as_of=campaign.clock)
    return time.perf_counter() - began


def ask(campaign: Any, requests: int) -> list[float]:
    """Seconds of each request for the first page."""
    from enrollment.models import User

    user, _new = User.objects.get_or_create(
        username=USER, defaults={"role": "bureau", "region": campaign.region}
    )
    user.set_password(desk.PASSWORD)
    user.save()
    server = desk.serve()
    try:
        desk.await_answer()
        browser = desk.Clerk(campaign.slug, USER, iter(()))
        times = []
        for number in range(WARM + requests):
            began = time.perf_counter()
            status, body = browser.send("GET", f"/c/{campaign.slug}/progress/")
            if status != 200 or 'data-figure="enrolled"' not in body:
                raise RuntimeError(f"the dashboard answered {status}")
            if number >= WARM:
                times.append(time.perf_counter() - began)
        return times
    finally:
        server.terminate()
        server.wait()


def report(rows: list[tuple[int, float, list[float]]]) -> None:
    print("| people | page p50 ms | page p95 ms | n | p95 ratio | recount s |")
    print("|---:|---:|---:|---:|---:|---:|")
    least = desk.at(rows[0][2], 0.95)
    for people, counted, times in rows:
        p95 = desk.at(times, 0.95)
        cells = [f"{people:,}", f"{desk.at(times, 0.5):.1f}", f"{p95:.1f}", str(len(times))]
        print(f"| {' | '.join(cells)} | {p95 / least:.2f} | {counted:.2f} |")


if __name__ == "__main__":
    main()
