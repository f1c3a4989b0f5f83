"""One resident from registration to rank, in the browser: the product's spine with real keys.

The practice clock stands at Friday 2022-11-18 16:30; north has a target of 10 people, south of 20.
"""

import threading
from contextlib import contextmanager

import pytest
from django.db import connections
from playwright.sync_api import expect

from enrollment import jobs, tasks
from enrollment.models import Job
from tests.enrollment.people import number
from tests.payments.lines import Row, text

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "progress"]),
]
WANG = number("19900307", 251)


@contextmanager
def worker_and_beat():
    """What the two processes do: beat's tick, and every job that waits."""
    stop, faults = threading.Event(), []

    def work():
        try:
            while not stop.wait(0.2):
                tasks.tick()
                for pk in Job.objects.filter(state="queued").values_list("pk", flat=True):
                    jobs.run(pk)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert faults == []


@pytest.fixture
def payment_file(tmp_path):
    """What the tax bureau sends: 王小明's 350 yuan, and a payment of someone unknown."""
    path = tmp_path / "缴费明细.csv"
    unknown = Row(receipt="341135221118000002", number=number("19700101", 7), name="孙悟空")
    lines = [Row(number=WANG, paid="2022-11-18 10:15:22"), unknown]
    path.write_bytes(text(lines).encode("gb18030"))
    return path


def sign_out(page):
    page.locator("form[action$='/sign-out/'] button").click()
    expect(page.locator("#id_username")).to_be_visible()


def figures(page, region):
    """Target, registered, enrolled of a township on the dashboard."""
    cells = page.locator(f"tbody tr[data-region='{region.pk}'] td")
    return [cells.nth(column).inner_text().strip() for column in (3, 4, 5)]


def nav(page, name):
    """By the menu, with keys: ↓ opens the section."""
    menu = page.locator("nav.main-nav details", has=page.locator(f"a[href$='/{name}/']"))
    menu.locator("summary").press("ArrowDown")
    expect(menu.locator("a").first).to_be_focused()
    menu.locator(f"a[href$='/{name}/']").press("Enter")


def look_until(page, address, seen):
    """Open a page that a worker's work changes, again and again until it has."""
    for _try in range(40):
        page.goto(address)
        if seen():
            return
        page.wait_for_timeout(500)
    pytest.fail(f"{address} never changed:\n{page.locator('main').inner_text()}")


def test_from_registration_to_rank(live, enter, make_resident, places, campaign, payment_file):
    make_resident("王小明", number=WANG, prior=True)
    home, north = f"{live}/c/{campaign.slug}", places["north"]

    # The clerk registers 王小明, by keys alone.
    page = enter("bob")
    expect(page.locator("#number")).to_be_focused()
    page.keyboard.type(WANG)
    page.keyboard.press("Enter")
    expect(page.locator("#name")).to_have_value("王小明")
    expect(page.locator("#owed")).to_contain_text("350.00")
    page.keyboard.press("F8")
    expect(page.locator("#line")).to_contain_text("王小明")
    expect(page.locator("#last tbody tr")).to_have_count(1)
    sign_out(page)

    # The bureau sees one registered, none enrolled.
    with worker_and_beat():
        enter("alice")
        look_until(page, f"{home}/progress/", lambda: figures(page, north) == ["10", "1", "0"])
    sign_out(page)

    # The tax bureau delivers its file; the bar stands until a worker has read it.
    enter("grace")
    page.locator("#id_file").set_input_files(payment_file)
    page.locator(".upload-line button").press("Enter")
    expect(page.locator("progress.job-progress")).to_be_visible()
    with worker_and_beat():
        equation = page.locator("#file-progress .equation")
        expect(equation).to_be_visible()
        assert [word for word in equation.inner_text().split() if word.isdigit()] == [
            "2", "2", "0", "0", "0",  # read = new + known + conflict + rejected
        ]  # fmt: skip
        expect(page.locator("#file-progress")).to_contain_text("查无此人")
        expect(page.locator("progress.job-progress")).to_have_count(0)
    sign_out(page)

    # The dashboard has moved by one, and the number leads to the person behind it.
    with worker_and_beat():
        enter("dana")
        look_until(page, f"{home}/progress/", lambda: figures(page, north) == ["10", "1", "1"])
        page.locator(f"tbody tr[data-region='{north.pk}'] td").nth(5).locator("a").click()
        expect(page.locator("main")).to_contain_text("王小明")

        # Friday, five o'clock: the ranking falls due, a worker freezes and publishes it.
        page.locator("details.practice summary").click()
        page.locator("#practice-to").fill("2022-11-18T17:00")
        page.locator("#practice-to").press("Enter")
        expect(page.locator("details.practice summary")).to_contain_text("17:00")
        status = page.locator(".panel-status").get_by_text("已发布")
        look_until(page, f"{home}/rankings/", lambda: status.count() == 1)
    sign_out(page)

    # The clerk sees it: 1 of 10 is 10.00 %, ahead of south's 0 of 20.
    enter("bob")
    nav(page, "rankings")
    rows = page.locator(".ranking-table tbody").nth(1).locator("tr")
    expect(rows).to_have_count(2)
    first = [cell.strip() for cell in rows.nth(0).locator("td").all_inner_texts()]
    assert first[:7] == ["1", "–", "城北镇", "10", "1", "1", "10.00"]
    expect(rows.nth(1)).to_contain_text("城南乡")
    expect(rows.nth(1)).to_contain_text("通报")
