"""The desk of open payments at a hundredth of a city and at the whole of it.

    .venv/bin/python -m bench.open_payments [--lines 61579 6157900] [--requests 100]

One line in fifty is open, so the whole has more than 100,000 of them. The real web server over
HTTP: the bureau's first page, its page of one cause, a township's first page. Prints p50 and p95
in milliseconds and the ratio of p95 to the smallest; aim: 1.2. Payments that lie there already in
the wanted number (of bench.payments) are measured as they are.
"""

import argparse
import sys
from typing import Any

from bench import desk, missed, payments


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, nargs="+", default=[61_579, 6_157_900])
    parser.add_argument("--requests", type=int, default=100)
    options = parser.parse_args()
    campaign = payments.start()
    found = []
    for lines in options.lines:
        opened = load(campaign, lines)
        found.append((lines, opened, ask(campaign, options.requests)))
    report(found)


def load(campaign: Any, lines: int) -> int:
    """How many payments are open once as many lines have been taken in."""
    from django.db import connection

    from payments.models import Payment

    rows = Payment.objects.filter(campaign_id=campaign.pk)
    if not 0.99 * lines <= rows.count() <= lines:
        path = payments.payment_file(lines)
        payments.load_people(campaign, lines)
        print(f"taking in {lines} lines", file=sys.stderr)
        payments.product(campaign, path)
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")
    connection.close()
    return rows.filter(standing="open").count()


def ask(campaign: Any, requests: int) -> dict[str, list[float]]:
    """Page → seconds of each request."""
    from enrollment.models import Region, User

    township = Region.objects.filter(parent=campaign.region, children__isnull=False).first()
    assert township
    for role, region in {"bureau": campaign.region, "clerk": township}.items():
        user, _new = User.objects.get_or_create(
            username=f"bench-open-{role}", defaults={"role": role, "region": region}
        )
        user.set_password(desk.PASSWORD)
        user.save()
    address = f"/c/{campaign.slug}/payments/open/"
    server = desk.serve()
    try:
        desk.await_answer()
        bureau, clerk = (
            desk.Clerk(campaign.slug, f"bench-open-{role}", iter(()))
            for role in ("bureau", "clerk")
        )
        return {
            "first page, bureau": missed.times(bureau, address, requests),
            "one cause, bureau": missed.times(bureau, f"{address}?cause=name_differs", requests),
            "first page, township": missed.times(clerk, address, requests),
        }
    finally:
        server.terminate()
        server.wait()


def report(found: list[tuple[int, int, dict[str, list[float]]]]) -> None:
    print("| page | lines | open | p50 ms | p95 ms | n | p95 to the smallest |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    smallest = min(found)[2]
    for lines, opened, pages in found:
        for name, times in pages.items():
            p95 = desk.at(times, 0.95)
            ratio = p95 / desk.at(smallest[name], 0.95)
            cells = [name, f"{lines:,}", f"{opened:,}", f"{desk.at(times, 0.5):.1f}", f"{p95:.1f}"]
            print(f"| {' | '.join([*cells, str(len(times)), f'{ratio:.2f}'])} |")


if __name__ == "__main__":
    main()
