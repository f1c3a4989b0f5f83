"""A plan for made-up people in a made-up county, for tests of the generator and of imports."""

from datetime import date
from typing import Any

from enrollment.generate import Plan, Unit, Village
from payments.generate import Charge
from tests.conftest import at

PREFIX = "139901"


def village(township: str, code: str, name: str) -> Village:
    return Village(
        key=code,
        name=f"{name}村",
        township=township,
        code=code,
        aliases=(name, f"{name}村委会"),
        township_aliases=(township[:-1],),
        township_code=f"{code[:9]}000",
    )


UNITS = (
    Unit(
        "north",
        "城北镇",
        30,
        tuple(
            village("城北镇", f"13990110020{n}", name) for n, name in enumerate(("东湖", "西湖"))
        ),
    ),
    Unit(
        "south",
        "城南乡",
        50,
        tuple(
            village("城南乡", f"13990120020{n}", name) for n, name in enumerate(("东湖", "柳园"))
        ),
    ),
    Unit("zone", "高新区", 20, (Village("zone", "", "高新区"),)),
)


def plan(**changed: Any) -> Plan:
    """2,000 people of three units (30, 50 and 20 of 100), window 2022-10-15 to 12-31."""
    facts: dict[str, Any] = {
        "units": UNITS,
        "people": 2000,
        "seed": 7,
        "opens_at": at("2022-10-15 00:00"),
        "closes_at": at("2023-01-01 00:00"),
        "prefix": PREFIX,
    }
    return Plan(**{**facts, **changed})


def charge(**changed: Any) -> Charge:
    """350 yuan for 2023."""
    facts: dict[str, Any] = {
        "due_fen": 35000,
        "coverage_from": date(2023, 1, 1),
        "coverage_until": date(2024, 1, 1),
        "authority": "税务局",
        "prefix": PREFIX,
    }
    return Charge(**{**facts, **changed})
