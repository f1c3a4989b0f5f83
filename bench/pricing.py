"""How long everybody's renewal takes, priced by profile, against a bare insert of as many rows.

    .venv/bin/python -m bench.pricing [--people 1143900] [--repeat 2]

Prints a Markdown table for docs/PERFORMANCE.md. The product: `bulk.renew` for people who were all
enrolled last year, one in twelve marked with a hardship category. The floor, in the same run: one
INSERT … SELECT of the same people at a fixed price into a table with the product's own indexes.
"""

import argparse
import time
from typing import Any

from bench import payments, people

MARKED = 12  # one of so many people has a hardship category

PREPARE = """
    truncate enrollment_registration, enrollment_priorenrollment, subsidies_entitlement,
        enrollment_sourceproblem, enrollment_sourcefile, enrollment_change cascade;
    insert into enrollment_priorenrollment (resident_id, insurance, coverage_from, village_id)
    select id, %(insurance)s, (%(coverage_from)s::date - interval '1 year')::date, village_id
    from enrollment_resident;
    insert into subsidies_entitlement (
        campaign_id, resident_id, category, grade, recognised_on, source, known_at, marked_by_id,
        ended_why)
    select %(campaign)s, id,
        (%(categories)s::text[])[1 + id / %(marked)s %% cardinality(%(categories)s::text[])],
        '', '2022-09-01', 'bench', '2022-10-01 00:00+08', %(by)s, ''
    from enrollment_resident where id %% %(marked)s = 0;
"""
FLOOR = """
    insert into floor_registration (
        campaign_id, resident_id, insurance, coverage_from, village_id, unit_id, category,
        registered_at, known_at, registered_by_id, source, source_file_id, fee_fen, own_fen,
        on_behalf_fen, deducted_fen, reimbursed_fen, hardship, policy_version_id)
    select %(campaign)s, id, %(insurance)s, %(coverage_from)s, village_id, village_id, category,
        %(now)s, %(now)s, %(by)s, 'renewal', 1, 35000, 35000, 0, 0, 0, '', %(version)s
    from enrollment_resident order by id
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=1_143_900)
    parser.add_argument("--repeat", type=int, default=2)
    options = parser.parse_args()
    campaign = payments.start()
    from django.db import connection

    people.load(campaign, options.people)
    runs = [one_run(campaign, options.people) for _ in range(options.repeat)]
    with connection.cursor() as cursor:
        # Other measures load their own people again.
        cursor.execute("truncate enrollment_resident, subsidies_entitlement cascade")
    print("| people | floor | priced and stored | ratio | profiles |")
    print("|---|---|---|---|---|")
    for floor, product, profiles in runs:
        print(
            f"| {options.people:,} | {floor:.1f} s | {product:.1f} s | {product / floor:.2f}"
            f" | {profiles} |"
        )


def values_of(campaign: Any) -> dict[str, Any]:
    return {
        "campaign": campaign.pk,
        "insurance": campaign.insurance,
        "coverage_from": campaign.coverage_from,
        "by": campaign.policy_version.loaded_by_id,
        "version": campaign.policy_version.pk,
        "categories": [
            rule.key
            for rule in campaign.policy["subsidies"].categories
            if all(grant.grant != "unstated" for grant in rule.grants)
        ],
        "marked": MARKED,
        "now": "2022-11-01 08:00+08",
    }


def one_run(campaign: Any, count: int) -> tuple[float, float, int]:
    """Seconds of the floor and of the product, and how many profiles there were."""
    from django.db import connection, transaction

    from config.lib.dates import to_instant
    from enrollment import bulk
    from enrollment.bulk import profiles
    from enrollment.models import User

    values = values_of(campaign)
    with connection.cursor() as cursor:
        cursor.execute(PREPARE, values)
        cursor.execute("drop table if exists floor_registration")
        cursor.execute(
            "create table floor_registration (like enrollment_registration including all)"
        )
        cursor.execute("vacuum analyze")
        cursor.execute("checkpoint")
        began = time.perf_counter()
        with transaction.atomic():
            cursor.execute("set local work_mem = '256MB'")
            cursor.execute(FLOOR, values)
        floor = time.perf_counter() - began
        cursor.execute("drop table floor_registration")
        cursor.execute("checkpoint")
    made: list[int] = []
    stage = profiles.stage_prices
    profiles.stage_prices = lambda *told: made.append(stage(*told)) or made[-1]  # type: ignore[assignment,func-returns-value]
    began = time.perf_counter()
    try:
        result = bulk.renew(
            campaign,
            by=User.system(),
            now=to_instant("2022-11-01 08:00"),
            progress=lambda *_told: None,
        )
    finally:
        profiles.stage_prices = stage
    product = time.perf_counter() - began
    if result["registered"] != count:
        raise RuntimeError(f"{count} people, but {result}")
    return floor, product, made[0]


if __name__ == "__main__":
    main()
