"""People who are registered, and a way to take in their payments."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import at
from tests.payments.lines import Row, take_in


@pytest.fixture
def register(campaign: Any, places: dict[str, Any]) -> Callable[..., Any]:
    """register(resident, own=35000, on_behalf=0) → a standing Registration."""
    from enrollment.models import Registration, User

    def registered(
        resident: Any, *, own: int = 35000, on_behalf: int = 0, in_campaign: Any = None
    ) -> Any:
        held = in_campaign or campaign
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
            policy_version=held.policy_version,
        )

    return registered


@pytest.fixture
def wang(make_resident: Any) -> Any:
    return make_resident("王小明", number="411328199003072518")


@pytest.fixture
def take(campaign: Any, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """take([Row(), …]) imports a file of these rows; each call is another file."""
    count = 0

    def take_rows(rows: list[Row] | bytes, **how: Any) -> dict[str, Any]:
        nonlocal count
        count += 1
        return take_in(campaign, tmp_path, rows, **{"name": f"payments-{count}.csv", **how})

    return take_rows
