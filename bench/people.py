"""Made-up people for measuring, straight into the tables by COPY: as many as asked for, in seconds.

Not the product's generator: nothing here is plausible but the shape and the spread of the data.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import islice
from random import Random
from typing import Any

from django.db import connection, transaction

from config.lib import copyin, idnumber, names, siv

REGISTERED = 0.97  # of the people
FIRST_BIRTH = date(1935, 1, 1)
DAYS = 31_000
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文玉兰春梅红波辉"


@lru_cache(maxsize=1)
def numbers(count: int) -> list[str]:
    """Valid identity numbers, all different, in random order; the same for the same count."""
    found = []
    for index in range(count):
        born = FIRST_BIRTH + timedelta(days=index % DAYS)
        first = f"139901{born:%Y%m%d}{index // DAYS + 1:03d}"
        found.append(first + idnumber.check_digit(first))
    Random(1).shuffle(found)
    return found


def name_of(index: int) -> str:
    middle = GIVEN[index // 30 % len(GIVEN)]
    last = GIVEN[index // 1000 % len(GIVEN)] if index % 4 else ""
    return SURNAMES[index % len(SURNAMES)] + middle + last


def load(campaign: Any, count: int) -> None:
    """Fill the tables of people and registrations, emptied before, with `count` people."""
    villages = _villages(campaign)
    with transaction.atomic(), connection.cursor() as cursor:
        # No history of what was there before, and no look-up of references that are right.
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(
            "truncate enrollment_identity, enrollment_registration, enrollment_resident,"
            " enrollment_priorenrollment, subsidies_entitlement, subsidies_listing,"
            " subsidies_repricing cascade"
        )
        copyin.copy_rows(
            cursor,
            "enrollment_resident",
            ["id", "name", "name_key", "pinyin", "sex", "born_on", "category", "village_id",
             "relation", "note", "known_at"],
            _residents(count, villages),
        )  # fmt: skip
        copyin.copy_rows(
            cursor,
            "enrollment_identity",
            ["resident_id", "kind", "number", "head4", "last4", "head", "current", "known_at"],
            _identities(count),
        )
        cursor.execute(
            """
            insert into enrollment_registration (
                campaign_id, resident_id, insurance, coverage_from, village_id, unit_id, category,
                registered_at, known_at, registered_by_id, source, fee_fen, own_fen, on_behalf_fen,
                deducted_fen, reimbursed_fen, hardship, policy_version_id
            )
            select %(campaign)s, id, %(insurance)s, %(coverage_from)s, village_id, village_id, '1501',
                '2022-10-20 08:00+08', '2022-10-20 08:00+08', %(by)s, 'file', 35000, 35000, 0, 0, 0,
                '', %(version)s
            from enrollment_resident
            where id <= %(registered)s
            """,
            {
                "campaign": campaign.pk,
                "insurance": campaign.insurance,
                "coverage_from": campaign.coverage_from,
                "by": campaign.policy_version.loaded_by_id,
                "version": campaign.policy_version.pk,
                "registered": int(count * REGISTERED),
            },
        )
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")


def _villages(campaign: Any) -> list[int]:
    from enrollment.regions import villages_of

    return [village.pk for village in villages_of(campaign.region)]


def _residents(count: int, villages: list[int]) -> Iterator[tuple[Any, ...]]:
    for index, number in enumerate(numbers(count)):
        name = name_of(index)
        sex = "M" if int(number[16]) % 2 else "F"
        born_on = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        yield (
            index + 1, name, name, _sound(name), sex, born_on, "1501",
            villages[index % len(villages)], "", "", "2022-10-01 00:00+08",
        )  # fmt: skip


@cache
def _sound(name: str) -> str:
    return names.pinyin_key(name)


def _identities(count: int) -> Iterator[tuple[Any, ...]]:
    seal, head = siv.ring().seal, siv.ring().head_hash
    for index, number in enumerate(islice(numbers(count), count)):
        yield (
            index + 1, "resident_id", seal(number), number[:4], number[-4:], head(number), True,
            "2022-10-01 00:00+08",
        )  # fmt: skip
