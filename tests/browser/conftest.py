"""Chromium and a served page. Without Chromium these tests skip, or fail with REQUIRE_BROWSER=1."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
WINDOW = {"width": 1366, "height": 625}  # what is left of 768 on an office computer


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("no Chromium, and REQUIRE_BROWSER=1")
        pytest.skip("skipped: no Chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)  # a slow machine is late, not wrong
    # Playwright's loop runs in this thread; the ORM is called between its calls, never inside.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def live(live_server: Any) -> str:
    """The address under which the product is served."""
    return str(live_server.url)


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """An empty tab of a new profile; a fault in a page's scripts fails the test."""
    context = chromium.new_context(viewport=WINDOW, locale="zh-CN")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert not faults


@pytest.fixture
def enter(live: str, page: Any, cast: Any) -> Any:
    """enter("bob") → signed in by the form, on the role's own first page."""
    from playwright.sync_api import expect

    from tests.conftest import PASSWORD

    def enter(name: str) -> Any:
        page.goto(f"{live}/sign-in/")
        expect(page.locator("#id_username")).to_be_focused()  # keys go where the cursor is
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("nav.main-nav")
        page.wait_for_load_state("load")  # a key pressed before the scripts run is lost on them
        return page

    return enter
