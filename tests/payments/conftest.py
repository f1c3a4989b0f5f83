"""People who are registered, and a way to take in their payments."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import at
from tests.payments.lines import WANG, Row, take_in
from tests.payments.oracle import PEOPLE


@pytest.fixture
def register(campaign: Any, places: dict[str, Any]) -> Callable[..., Any]:
    """register(resident, own=35000, on_behalf=0) → a standing Registration.

    Whoever has a part on behalf is marked for it.
    """
    from enrollment.models import Registration, User
    from subsidies.models import Entitlement

    def registered(
        resident: Any, *, own: int = 35000, on_behalf: int = 0, in_campaign: Any = None
    ) -> Any:
        held = in_campaign or campaign
        hardship = "five_guarantees" if on_behalf else ""
        if hardship:
            Entitlement.objects.create(
                campaign=held, resident=resident, category=hardship, source="list 1, row 1",
                recognised_on=date(2022, 9, 1), known_at=at("2022-10-01 00:00"),
                marked_by=User.system(),
            )  # fmt: skip
        return Registration.objects.create(
            campaign=held,
            resident=resident,
            insurance=held.insurance,
            coverage_from=held.coverage_from,
            village=resident.village,
            unit=resident.village,
            category=resident.category,
            registered_at=at("2022-11-01 09:00"),
            known_at=at("2022-11-01 09:00"),
            registered_by=User.system(),
            source="desk",
            fee_fen=own + on_behalf,
            own_fen=own,
            on_behalf_fen=on_behalf,
            hardship=hardship,
            policy_version=held.policy_version,
        )

    return registered


@pytest.fixture
def wang(make_resident: Any) -> Any:
    return make_resident("王小明", number=WANG)


@pytest.fixture
def take(campaign: Any, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """take([Row(), …]) imports a file of these rows; each call is another file."""
    count = 0

    def take_rows(rows: list[Row] | bytes, **how: Any) -> dict[str, Any]:
        nonlocal count
        count += 1
        return take_in(campaign, tmp_path, rows, **{"name": f"payments-{count}.csv", **how})

    return take_rows


@pytest.fixture
def sibling(campaign: Any) -> Any:
    """Another campaign of the same insurance and period: the next county's."""
    from enrollment.models import Campaign, PolicyVersion

    other = Campaign.objects.create(
        slug="next-2023",
        title="邻县",
        label="2023",
        region=campaign.region,
        insurance=campaign.insurance,
        coverage_from=campaign.coverage_from,
        coverage_until=campaign.coverage_until,
        state="open",
    )
    version = campaign.policy_version
    PolicyVersion.objects.create(
        campaign=other, number=1, source=version.source, sha256=version.sha256,
        loaded_at=version.loaded_at, loaded_by=version.loaded_by,
    )  # fmt: skip
    return other


@pytest.fixture
def holding(campaign: Any) -> None:
    """The notice holds late payments back."""
    version = campaign.policy_version
    version.source = version.source.replace('late = "mark"', 'late = "hold"')
    version.save()
    campaign.__dict__.pop("_policy", None)


@pytest.fixture
def everybody(make_resident: Any, register: Any, sibling: Any) -> None:
    """The people of the oracle."""
    for number, person in PEOPLE.items():
        resident = make_resident(person.name, number=number)
        if person.place:
            register(
                resident,
                own=person.own,
                on_behalf=person.on_behalf,
                in_campaign=sibling if person.place == "elsewhere" else None,
            )
