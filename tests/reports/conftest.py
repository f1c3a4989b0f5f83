"""People of the small county who are registered and have paid, on the way the product goes."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import at
from tests.enrollment.people import number
from tests.payments.lines import Row, take_in

BEFORE = at("2022-11-18 10:00")


@pytest.fixture
def enroll(campaign: Any, make_resident: Any, tmp_path: Path) -> Callable[..., list[Any]]:
    """enroll("north-1", 3, when) → 3 people registered, and by a file of the tax bureau paid, then.

    With paid=False they are registered only. Changes are consumed: roll-ups are current.
    """
    from enrollment import changes
    from enrollment.models import Registration, User

    made = 0

    def register(resident: Any, when: datetime) -> Any:
        changes.append(
            changes.REGISTERED, campaign_id=campaign.pk, resident_id=resident.pk, at=when
        )
        return Registration.objects.create(
            campaign=campaign,
            resident=resident,
            insurance=campaign.insurance,
            coverage_from=campaign.coverage_from,
            village=resident.village,
            unit=resident.village,
            category=resident.category,
            registered_at=when,
            known_at=when,
            registered_by=User.system(),
            source="desk",
            fee_fen=35000,
            own_fen=35000,
            policy_version=campaign.policy_version,
        )

    def enroll(village: str, people: int, when: datetime = BEFORE, *, paid: bool = True) -> Any:
        nonlocal made
        rows, registrations = [], []
        for _n in range(people):
            made += 1
            paper, name = number("19800101", made), f"王{'一二三四五六七八九十'[made % 10]}{made}"
            registrations.append(register(make_resident(name, number=paper, village=village), when))
            rows.append(
                Row(
                    receipt=f"{341135221118000000 + made}",
                    number=paper,
                    name=name,
                    paid=f"{when:%Y-%m-%d %H:%M:%S}",
                )
            )
        if paid:
            result = take_in(campaign, tmp_path, rows, name=f"{made}.csv", now=when)
            assert result["matched"] == people
        changes.consume()
        return registrations

    return enroll
