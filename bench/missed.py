"""Nobody missed and what stands beside it, with a hundredth of a county's people and with all.

    .venv/bin/python -m bench.missed [--people 11439 1143900] [--requests 60]

The real web server over HTTP. One person in twelve is marked, a category entitles whole households,
reasons are said, lists suggest others; a bureau user asks for the county, a clerk for a township.
Prints a Markdown table for docs/PERFORMANCE.md: p50 and p95 of each page in milliseconds, the ratio
of p95 to that of the smallest, and to the floor of the same run: one statement that reads the marks
of the campaign with their people, registrations and payments, and counts them by village.
"""

import argparse
import time
from collections.abc import Sequence
from typing import Any

from bench import dashboard, desk, payments

WARM = 5  # requests of each page before the first that counts
HOUSEHOLD = "minimum_living"  # of the notice: here it marks whole households

PREPARE = """
    truncate subsidies_entitlement, subsidies_listing, enrollment_notenrolling cascade;
    insert into enrollment_household (village_id, number, head_name, group_no)
    select village_id, lpad(number::text, 5, '0'), '户主', (number %% 12 + 1)::text
    from (select distinct village_id, home / 4 as number from numbered) home;
    update enrollment_resident person set household_id = home.id
    from numbered join enrollment_household home
      on home.village_id = numbered.village_id and home.number = lpad((numbered.home / 4)::text, 5, '0')
    where person.id = numbered.id;
    insert into subsidies_entitlement (
        campaign_id, resident_id, category, grade, recognised_on, source, known_at, marked_by_id,
        ended_why)
    select %(campaign)s, id, (%(categories)s::text[])[draw / 12 %% cardinality(%(categories)s) + 1],
        '', date '2022-09-01', 'roster', timestamptz '2022-09-20 08:00+08', %(by)s, ''
    from numbered where draw %% 12 = 0
    union all
    select %(campaign)s, id, (%(categories)s::text[])[(draw / 12 + 1) %% cardinality(%(categories)s) + 1],
        '', '2022-09-01', 'roster', '2022-09-20 08:00+08', %(by)s, ''
    from numbered where draw %% 120 = 0;
    insert into enrollment_notenrolling (campaign_id, resident_id, reason, note, by_id, at)
    select %(campaign)s, id, (array['dead', 'refuses', 'no_contact', 'army'])[draw / 24 %% 4 + 1], '',
        %(by)s, '2022-11-01 08:00+08'
    from numbered where draw %% 24 = 0;
    insert into subsidies_listing (
        campaign_id, resident_id, kind, since, source, known_at, marked_by_id, ended_why)
    select %(campaign)s, id, 'dead', '2022-09-01', 'roster', '2022-09-20 08:00+08', %(by)s, ''
    from numbered where draw %% 180 = 0;
    update enrollment_registration set own_fen = 0, on_behalf_fen = fee_fen, hardship = %(first)s
    where resident_id in (select resident_id from subsidies_entitlement where category = %(first)s);
    delete from payments_match where registration_id in (
        select id from enrollment_registration where on_behalf_fen > 0 and resident_id %% 5 = 0);
    update payments_match set part = 'on_behalf', fen = 35000, due_fen = 35000
    where registration_id in (select id from enrollment_registration where on_behalf_fen > 0);
    drop table numbered
"""
NUMBERED = """
    create table numbered as
    select id, village_id, row_number() over (partition by village_id order by id) as home,
        id * 7919 / 11 %% 720 as draw
    from enrollment_resident
"""
FLOOR = """
    select person.village_id, count(*), sum(match.fen)
    from (select distinct resident_id from subsidies_entitlement
          where campaign_id = %(campaign)s and ended_at is null) mark
    join enrollment_resident person on person.id = mark.resident_id
    left join enrollment_registration registration
      on registration.resident_id = person.id and registration.campaign_id = %(campaign)s
     and registration.ended_at is null
    left join payments_match match
      on match.registration_id = registration.id and match.ended_at is null
    group by 1
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[11_439, 1_143_900])
    parser.add_argument("--requests", type=int, default=60)
    options = parser.parse_args()
    campaign = payments.start()
    found = []
    for people in options.people:
        load(campaign, people)
        least = floor(campaign)
        found.append((people, least, ask(campaign, options.requests)))
    report(found)


def load(campaign: Any, people: int) -> None:
    """The dashboard's people, in households of four; marks, reasons, lists, parts on behalf."""
    from django.db import connection

    connection.close()  # temporary tables of the loading before go with it
    _for_households(campaign)
    desk.load(campaign, people)
    campaign.refresh_from_db()
    dashboard.count(campaign)
    mark(campaign)
    print(f"recounted in {dashboard.recount(campaign):.2f} s with {people:,} people", flush=True)


def mark(campaign: Any) -> None:
    from django.db import connection, transaction

    from enrollment.models import PolicyVersion

    version = PolicyVersion.objects.filter(campaign=campaign).latest("number")
    keys = [rule.key for rule in version.read()["subsidies"].categories if not rule.without_roster]
    params = {
        "campaign": campaign.pk,
        "by": version.loaded_by_id,
        "categories": keys,
        "first": keys[0],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # Nothing keeps what these people were before: the triggers would write a row for each.
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("drop table if exists numbered")
        cursor.execute(NUMBERED, {})
        cursor.execute(PREPARE, params)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")


def _for_households(campaign: Any) -> None:
    """The same notice, in which one category entitles the household; read anew by the server."""
    from django.utils import timezone

    from enrollment.models import PolicyVersion

    version = PolicyVersion.objects.filter(campaign=campaign).latest("number")
    if "household" in [rule.entitles for rule in version.read()["subsidies"].categories]:
        return
    key = f'key = "{HOUSEHOLD}"\n'
    assert version.source.count(key) == 1, f"the notice has no category {HOUSEHOLD}"
    PolicyVersion.objects.create(
        campaign=campaign,
        number=version.number + 1,
        source=version.source.replace(key, f'{key}entitles = "household"\n'),
        parents=version.parents,
        sha256="",
        loaded_at=timezone.now(),
        loaded_by_id=version.loaded_by_id,
        why="measured with a category for households",
    )


def floor(campaign: Any) -> float:
    """Seconds of the least that counting the marked people live could take; the best of five."""
    from django.db import connection

    times = []
    with connection.cursor() as cursor:
        for _turn in range(5):
            began = time.perf_counter()
            cursor.execute(FLOOR, {"campaign": campaign.pk})
            cursor.fetchall()
            times.append(time.perf_counter() - began)
    return min(times)


def pages(campaign: Any, township: int) -> dict[str, tuple[str, str]]:
    """Name → who asks, and where."""
    c = f"/c/{campaign.slug}"
    return {
        "nobody missed, county": ("bureau", f"{c}/missed/"),
        "nobody missed, township": ("clerk", f"{c}/missed/?region={township}"),
        "missed people, county": ("bureau", f"{c}/missed/people/?state=missed"),
        "enrolled of a category, county": (
            "bureau",
            f"{c}/missed/people/?state=enrolled&category={HOUSEHOLD}",
        ),
        "missed people, township": ("clerk", f"{c}/missed/people/?region={township}&state=missed"),
        "reminders, township": ("clerk", f"{c}/missed/reminders/?region={township}"),
        "hardship, not enrolled": ("bureau", f"{c}/people/?status=marked"),
        "on behalf, county": ("bureau", f"{c}/on-behalf/"),
        "on behalf, township": ("clerk", f"{c}/on-behalf/?region={township}"),
        "denominators": ("bureau", f"{c}/denominators/"),
        "appraisal": ("bureau", f"{c}/appraisal/"),
    }


def ask(campaign: Any, requests: int) -> dict[str, list[float]]:
    """Seconds of each request for each page."""
    from enrollment.models import Region, User

    township = Region.objects.filter(parent=campaign.region, children__isnull=False).first()
    assert township
    for role, region in {"bureau": campaign.region, "clerk": township}.items():
        user, _new = User.objects.get_or_create(
            username=f"bench-missed-{role}", defaults={"role": role, "region": region}
        )
        user.set_password(desk.PASSWORD)
        user.save()
    server = desk.serve()
    try:
        desk.await_answer()
        browsers = {
            role: desk.Clerk(campaign.slug, f"bench-missed-{role}", iter(()))
            for role in ("bureau", "clerk")
        }
        return {
            name: times(browsers[role], path, requests)
            for name, (role, path) in pages(campaign, township.pk).items()
        }
    finally:
        server.terminate()
        server.wait()


def times(browser: desk.Clerk, path: str, requests: int) -> list[float]:
    """Seconds of each request for a page, after the first few."""
    seconds = []
    for number in range(WARM + requests):
        began = time.perf_counter()
        status, _body = browser.send("GET", path)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")
        if number >= WARM:
            seconds.append(time.perf_counter() - began)
    return seconds


def report(found: Sequence[tuple[int, float, dict[str, list[float]]]]) -> None:
    print("| page | people | p50 ms | p95 ms | n | p95 to the smallest | p95 to the floor |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    _people, _floor, smallest = found[0]
    for people, least, pages in found:
        for name, times in pages.items():
            p95 = desk.at(times, 0.95)
            ratios = (p95 / desk.at(smallest[name], 0.95), p95 / 1000 / least)
            cells = [name, f"{people:,}", f"{desk.at(times, 0.5):.1f}", f"{p95:.1f}"]
            cells += [str(len(times)), *(f"{ratio:.2f}" for ratio in ratios)]
            print(f"| {' | '.join(cells)} |")
        print(f"| the floor | {people:,} | {least * 1000:.1f} | | | | 1.00 |")


if __name__ == "__main__":
    main()
