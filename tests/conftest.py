"""Real services, a small county, and the fixed cast. Nothing of our own is mocked."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connections
from django.test import TransactionTestCase

from tests.environment import DATA
from tests.quick import Made, empty_tables, quick_migrations

ZONE = ZoneInfo("Asia/Shanghai")
PASSWORD = "correct horse battery"

TransactionTestCase._fixture_teardown = empty_tables  # type: ignore[method-assign]

LONGEST = ("test_withstands.py", "test_access.py", "test_all.py", "test_supervisor.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: the last of them would run alone while other processes wait."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Any:
    """The last thing before the database is made; `django_db_setup` comes after."""
    with ExitStack() as quick:
        quick.enter_context(quick_migrations())
        yield quick


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_modify_db_settings: Any, django_db_setup: Any, django_db_blocker: Any
) -> Iterator[None]:
    """The second connection must be closed before the test database can go."""
    django_db_modify_db_settings.close()
    yield
    with django_db_blocker.unblock():
        connections["progress"].close()


@pytest.fixture(autouse=True)
def _cheap(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True  # else every test client lists all static files
    settings.UPLOAD_DIR = Path(tempfile.mkdtemp(prefix="uploads-", dir=DATA))


def at(text: str) -> datetime:
    """An instant in China: at("2022-11-18 16:30")."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


NOTICE = Path(__file__).parent / "data" / "small-2023.toml"


def _load_small_county() -> None:
    from enrollment.models import User
    from enrollment.services.campaigns import load_notice

    load_notice(NOTICE, by=User.system(), now=at("2022-11-18 16:30"), practice=True)


SMALL_COUNTY = Made(_load_small_county)


@pytest.fixture
def campaign(db: Any) -> Any:
    """A small made-up county, 2 townships of 2 villages, open, standing at 2022-11-18 16:30."""
    from enrollment.models import Campaign

    SMALL_COUNTY.put()
    return Campaign.objects.get(slug="small-2023")


@pytest.fixture
def changed(tmp_path: Path) -> Any:
    """changed(("old", "new"), …) → a copy of the small county's notice with these changes."""
    regions = NOTICE.with_name("small-regions.csv")
    (tmp_path / regions.name).write_bytes(regions.read_bytes())

    def written(*changes: tuple[str, str], text: str = NOTICE.read_text("utf-8")) -> Path:
        for old, new in changes:
            assert old in text, f"the notice has no {old!r}"
            text = text.replace(old, new, 1)
        path = tmp_path / "notice.toml"
        path.write_text(text, "utf-8")
        return path

    return written


@pytest.fixture
def load(db: Any) -> Any:
    """load(path, why="…") → the campaign of a notice file, practice, loaded by the system."""
    from enrollment.models import User
    from enrollment.services.campaigns import load_notice

    def loaded(path: Path, **how: Any) -> Any:
        known = {"by": User.system(), "now": at("2022-10-14 09:00"), "practice": True}
        return load_notice(path, **{**known, **how})

    return loaded


@pytest.fixture
def places(campaign: Any) -> dict[str, Any]:
    """Regions of the small county by key: county, north, south, north-1, north-2, south-1, …"""
    from enrollment.models import Region

    return {region.key: region for region in Region.objects.all()}


@pytest.fixture
def cast(campaign: Any, places: dict[str, Any]) -> dict[str, Any]:
    """Alice bureau, Bob clerk of north, Charlie clerk of south, Dana admin, Erin collector of
    north-1, Frank department, Grace tax, Heidi auditor, Mallory without role or region."""
    from enrollment.models import User

    people = {
        "alice": ("bureau", "county"),
        "bob": ("clerk", "north"),
        "charlie": ("clerk", "south"),
        "dana": ("admin", "county"),
        "erin": ("collector", "north-1"),
        "frank": ("department", "county"),
        "grace": ("tax", "county"),
        "heidi": ("auditor", "county"),
        "mallory": ("", None),
    }
    password = _hashed(PASSWORD)
    made = [
        User(
            pk=CAST_IDS.get(name), username=name, role=role, region=places[key] if key else None,
            full_name=name.title(), password=password, date_joined=at("2022-10-01 00:00"),
        )
        for name, (role, key) in people.items()
    ]  # fmt: skip
    found = {user.username: user for user in User.objects.bulk_create(made)}
    CAST_IDS.update((name, user.pk) for name, user in found.items())
    return found


CAST_IDS: dict[str, int] = {}  # the first time's, never given again: the same rows each time


@cache
def _hashed(password: str) -> str:
    return make_password(password)


@pytest.fixture
def sign_in(client: Any, cast: dict[str, Any]) -> Any:
    """sign_in("bob") → a client signed in as Bob."""

    def as_user(name: str) -> Any:
        client.force_login(cast[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_user


@pytest.fixture
def make_resident(campaign: Any, places: dict[str, Any]) -> Any:
    """make_resident("王小明", number="…", village="north-1", prior=True) → Resident."""
    from config.lib import names, siv
    from enrollment.models import Household, Identity, PriorEnrollment, Resident

    def make(
        name: str,
        *,
        number: str,
        village: str = "north-1",
        category: str = "1501",
        household: str | None = None,
        prior: bool = False,
    ) -> Any:
        home = None
        if household:
            home, _new = Household.objects.get_or_create(
                village=places[village], number=household, defaults={"head_name": name}
            )
        resident = Resident.objects.create(
            name=name,
            name_key=names.name_key(name),
            pinyin=names.pinyin_key(name),
            born_on=date(int(number[6:10]), int(number[10:12]), int(number[12:14])),
            sex="M" if int(number[16]) % 2 else "F",
            category=category,
            village=places[village],
            household=home,
            known_at=at("2022-10-01 00:00"),
        )
        Identity.objects.create(
            resident=resident,
            kind="resident_id",
            number=number,
            head4=number[:4],
            last4=number[-4:],
            head=siv.head_hash(number),
            known_at=at("2022-10-01 00:00"),
        )
        if prior:
            PriorEnrollment.objects.create(
                resident_id=resident.pk,
                insurance=campaign.insurance,
                coverage_from=campaign.coverage_from.replace(year=campaign.coverage_from.year - 1),
                village=places[village],
            )
        return resident

    return make


def assert_table(model: Any, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    """State a whole table: these columns hold exactly these rows, in the order of the columns."""
    assert sorted(model.objects.values_list(*columns), key=str) == sorted(rows, key=str)
