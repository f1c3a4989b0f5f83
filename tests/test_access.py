"""Every URL × every role × own and foreign objects, exactly as tests/access_table.py says."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from time import time
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

import config.urls
from tests import access_table
from tests.access_county import make_county
from tests.access_table import CAST, Row
from tests.access_world import County, address
from tests.quick import Made

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


class World:
    """Both counties and the session of each of their people, in which they signed in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counties: dict[str, County] = {}
        self.sessions: dict[tuple[str, str], str] = {}

    def make(self) -> None:
        for stem, order in (("small", 10), ("other", 20)):
            self.counties[stem] = make_county(stem, self.folder, order=order)
            for name, user in self.counties[stem].cast.items():
                client = Client()
                client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
                session = client.session
                session["began"] = session["seen"] = int(time()) + 3600  # else each request writes
                session.save()
                self.sessions[stem, name] = session.session_key


@pytest.fixture(scope="module")
def made_world(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Made]:
    world = World(tmp_path_factory.mktemp("counties"))
    return world, Made(world.make)


@pytest.fixture
def world(made_world: tuple[World, Made], db: Any, settings: Any) -> World:
    """The small county, and another with people of its own in the same roles."""
    world, rows = made_world
    settings.UPLOAD_DIR = world.folder
    rows.put()
    return world


@pytest.fixture
def counties(world: World) -> dict[str, County]:
    return world.counties


@pytest.fixture
def bare_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refusals without their page, which the walk over the small county looks at for everybody."""
    for code in (403, 404):

        def refuse(_request: HttpRequest, exception: Exception, code: int = code) -> HttpResponse:
            return HttpResponse(status=code)

        monkeypatch.setattr(config.urls, f"handler{code}", refuse, raising=False)


@pytest.fixture
def ask(world: World, settings: Any, caplog: pytest.LogCaptureFixture) -> Callable[..., str]:
    """ask("small", "bob", "GET", path) → what Bob of that county is answered. Nothing stays."""
    caplog.set_level(logging.ERROR, "django.request")  # refusals are not worth a log of 10,000
    settings.REDIS_URL += "?db=9"  # where no worker of another test says that it lives
    asker = Client(raise_request_exception=False)

    def asked(stem: str, who: str, how: str, path: str, body: dict[str, Any]) -> str:
        asker.cookies.clear()
        if who != "nobody":
            asker.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[stem, who]
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
def test_everybody_gets_of_their_own_county_what_the_table_says(counties, ask, stem, request):
    county = counties[stem]
    if stem == "other":
        request.getfixturevalue("bare_refusals")

    def answer(row: Row, who: str) -> str:
        path = address(row.url, county, county, URLS[row.url], row.about)
        return ask(stem, who, row.how, path, county.body(row.url))

    assert compare(ROWS, lambda row, who: row.answers[who], answer) == []


def test_a_url_without_a_row_for_posts_takes_none(counties, ask, bare_refusals):
    county = counties["small"]
    takes_posts = {row.url for row in ROWS if row.how == "POST"}
    rows = [row for row in ROWS if row.url not in takes_posts]

    def answer(row: Row, who: str) -> str:
        path = address(row.url, county, county, URLS[row.url], row.about)
        return ask("small", who, "POST", path, {})

    assert compare(rows, lambda row, who: "405", answer) == []


def test_another_countys_objects_do_not_exist(counties, ask, bare_refusals):
    ours, theirs = counties["small"], counties["other"]
    rows = [row for row in ROWS if URLS[row.url]]

    def answer(row: Row, who: str) -> str:
        path = address(row.url, theirs, theirs, URLS[row.url], row.about)
        return ask("small", who, row.how, path, ours.body(row.url))

    assert compare(rows, Row.foreign, answer) == []


def test_another_countys_objects_do_not_exist_under_our_campaign_either(
    counties, ask, bare_refusals
):
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
