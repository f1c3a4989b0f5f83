"""Every URL × every role × own and foreign objects, exactly as tests/access_table.py says."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import access_table
from tests.access_county import make_county
from tests.access_table import CAST, Row
from tests.access_world import County, address

ROWS = access_table.read()


def patterns(resolver: URLResolver) -> Iterator[tuple[str, set[str]]]:
    """Name and parameters of every URL."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            assert isinstance(entry, URLPattern)
            assert entry.name, f"{entry.pattern} has no name, so no row can speak of it"
            yield entry.name, set(entry.pattern.converters)


URLS = dict(patterns(get_resolver()))


def test_every_url_has_a_row_and_every_row_a_url():
    assert set(URLS) == {row.url for row in ROWS}


def test_every_url_says_what_it_answers_to_get():
    assert set(URLS) == {row.url for row in ROWS if row.how == "GET"}


@pytest.fixture
def counties(tmp_path: Any, db: Any) -> dict[str, County]:
    """The small county, and another with people of its own in the same roles."""
    return {
        stem: make_county(stem, tmp_path, order=order)
        for stem, order in (("small", 10), ("other", 20))
    }


@pytest.fixture
def ask(counties: dict[str, County], settings: Any) -> Callable[..., str]:
    """ask("small", "bob", "GET", path) → what Bob of that county is answered. Nothing stays."""
    settings.REDIS_URL += "?db=9"  # where no worker of another test says that it lives
    sessions, asker = {}, Client(raise_request_exception=False)
    for stem, county in counties.items():
        for name, user in county.cast.items():
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            sessions[stem, name] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def asked(stem: str, who: str, how: str, path: str, body: dict[str, Any]) -> str:
        asker.cookies.clear()
        if who != "nobody":
            asker.cookies[settings.SESSION_COOKIE_NAME] = sessions[stem, who]
        with transaction.atomic():
            response = asker.get(path) if how == "GET" else asker.post(path, body)
            transaction.set_rollback(True)
        if response.status_code == 302 and response["Location"].startswith("/sign-in/"):
            return "in"
        return str(response.status_code)

    return asked


def compare(
    rows: list[Row],
    expected: Callable[[Row, str], str],
    answer: Callable[[Row, str], str],
) -> list[str]:
    """Sentences for every cell that is not as expected."""
    return [
        f"{row.how} {row.url} ({row.about}) as {who}: {got}, not {want}"
        for row in rows
        for who in CAST
        if (want := expected(row, who)) != (got := answer(row, who))
    ]


pytestmark = pytest.mark.django_db(databases=["default", "progress"])


@pytest.mark.parametrize("stem", ["small", "other"])
def test_everybody_gets_of_their_own_county_what_the_table_says(counties, ask, stem):
    county = counties[stem]

    def answer(row: Row, who: str) -> str:
        path = address(row.url, county, county, URLS[row.url], row.about)
        return ask(stem, who, row.how, path, county.body(row.url))

    assert compare(ROWS, lambda row, who: row.answers[who], answer) == []


def test_a_url_without_a_row_for_posts_takes_none(counties, ask):
    county = counties["small"]
    takes_posts = {row.url for row in ROWS if row.how == "POST"}
    rows = [row for row in ROWS if row.url not in takes_posts]

    def answer(row: Row, who: str) -> str:
        path = address(row.url, county, county, URLS[row.url], row.about)
        return ask("small", who, "POST", path, {})

    assert compare(rows, lambda row, who: "405", answer) == []


def test_another_countys_objects_do_not_exist(counties, ask):
    ours, theirs = counties["small"], counties["other"]
    rows = [row for row in ROWS if URLS[row.url]]

    def answer(row: Row, who: str) -> str:
        path = address(row.url, theirs, theirs, URLS[row.url], row.about)
        return ask("small", who, row.how, path, ours.body(row.url))

    assert compare(rows, Row.foreign, answer) == []


def test_another_countys_objects_do_not_exist_under_our_campaign_either(counties, ask):
    ours, theirs = counties["small"], counties["other"]
    rows = [
        row
        for row in ROWS
        if "slug" in URLS[row.url] and (len(URLS[row.url] - {"kind"}) > 1 or row.about != "-")
    ]
    assert len(rows) > 10

    def answer(row: Row, who: str) -> str:
        path = address(row.url, theirs, ours, URLS[row.url], row.about)
        return ask("small", who, row.how, path, ours.body(row.url))

    assert compare(rows, Row.foreign, answer) == []
