"""A clerk at the desk, with real keys."""

import re

import pytest
from playwright.sync_api import expect

from enrollment.models import Registration, Resident
from tests.conftest import assert_table
from tests.enrollment.people import number

pytestmark = pytest.mark.browser
WANG, LI, SUN = (number("19800101", order) for order in (1, 2, 4))
CHILD = number("20180101", 5)


@pytest.fixture
def family(make_resident):
    """王芳, her child 王小 (both enrolled last year), and 王小芳 of another township."""
    make_resident("王芳", number=WANG, household="7", prior=True)
    make_resident("王小", number=CHILD, household="7", prior=True, category="1402")
    make_resident("王小芳", number=LI, village="south-1")


@pytest.fixture
def desk(family, enter):
    """Bob's desk, the cursor in the number field."""
    page = enter("bob")
    expect(page.locator("#number")).to_be_focused()
    return page


def wrong(paper):
    """The same number with another last digit."""
    return paper[:-1] + ("0" if paper[-1] != "0" else "1")


def look_up(page, paper):
    page.keyboard.type(paper)
    page.keyboard.press("Enter")
    expect(page.locator("[data-looked-up]")).to_be_visible()


def questions(page):
    """A list that grows by each address asked; what a page is made of (icons, scripts) is no
    question."""
    asked = []

    def hear(request):
        if request.resource_type in ("document", "fetch", "xhr"):
            asked.append(request.url)

    page.on("request", hear)
    return asked


def boxes(page):
    return [
        page.locator(place).bounding_box()
        for place in ("#number", "#name", "#village", ".digit-options", "#save", "#last")
    ]


def test_a_household_from_number_to_receipt(desk):
    """Number, Enter, F8; F6, F8: two people, no mouse, the number field ready again."""
    look_up(desk, WANG)
    expect(desk.locator("#name")).to_have_value("王芳")
    expect(desk.locator("#facts")).to_contain_text("可以续保")
    expect(desk.locator("#owed")).to_contain_text("350.00")
    desk.keyboard.press("F8")
    expect(desk.locator("#line")).to_contain_text("第 1 笔")
    expect(desk.locator("#line")).to_contain_text("应缴 350.00 元")
    expect(desk.locator("#number")).to_be_focused()
    expect(desk.locator("#number")).to_have_value("")
    expect(desk.locator("#strip")).to_contain_text("今日我登记 1 笔")
    desk.keyboard.press("F6")
    expect(desk.locator("#name")).to_have_value("王小")
    expect(desk.locator("#number")).to_have_value(f"{CHILD[:4]}****{CHILD[-4:]}")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#line")).to_contain_text("第 2 笔")
    expect(desk.locator("#last tbody tr")).to_have_count(2)
    assert_table(Registration, ["resident__name"], [("王芳",), ("王小",)])


def test_a_wrong_digit_is_named_at_once_and_nothing_moves(desk):
    before = boxes(desk)
    asked = questions(desk)
    desk.keyboard.type(wrong(WANG))
    expect(desk.locator("#line")).to_contain_text(f"第 18 位应为 {WANG[-1]}")
    expect(desk.locator("#verdict .wrong-part")).to_have_text(wrong(WANG)[-1])
    expect(desk.locator("#save")).to_be_disabled()
    desk.keyboard.press("Enter")
    desk.keyboard.press("F8")
    assert boxes(desk) == before
    assert asked == []
    desk.keyboard.press("Backspace")
    desk.keyboard.type(WANG[-1])  # corrected: looked up without another key
    expect(desk.locator("#name")).to_have_value("王芳")
    assert len(asked) == 1  # the look-up is heard, so the silence above was one
    assert boxes(desk) == before
    expect(desk.locator("#save")).to_be_enabled()


def test_dates_are_judged_before_the_number_is_complete(desk):
    desk.keyboard.type("41132819991301")
    expect(desk.locator("#line")).to_contain_text("1999-13-01")
    desk.keyboard.press("Escape")
    expect(desk.locator("#number")).to_have_value("")
    desk.keyboard.type("41132820300101")
    expect(desk.locator("#line")).to_contain_text("晚于今天")


def test_someone_new_from_field_to_field(desk):
    """Enter goes on, letters choose the village, digits the relation and the category."""
    look_up(desk, SUN)
    expect(desk.locator("#name")).to_be_focused()
    desk.keyboard.type("孙悟空")
    desk.keyboard.press("Enter")
    desk.keyboard.type("13800000001")
    desk.keyboard.press("Enter")
    desk.keyboard.type("xh")
    expect(desk.locator("#village option:checked")).to_have_text("西湖村")
    desk.keyboard.press("Enter")
    desk.keyboard.type("3")
    desk.keyboard.press("Shift+Enter")
    expect(desk.locator("#village")).to_be_focused()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Enter")
    expect(desk.locator("#head_name")).to_be_focused()
    desk.keyboard.type("孙悟空")
    desk.keyboard.press("Enter")
    desk.keyboard.type("1")
    expect(desk.locator("#relation")).to_have_value("本人")
    desk.keyboard.press("Enter")
    expect(desk.locator("#category-1501")).to_be_checked()  # 42 years
    desk.keyboard.press("5")
    expect(desk.locator("#category-1405")).to_be_checked()
    desk.keyboard.press("6")
    desk.keyboard.press("F8")
    expect(desk.locator("#line")).to_contain_text("孙悟空 已登记")
    assert_table(
        Resident,
        ["name", "village__name", "household__group_no", "relation"],
        [
            ("孙悟空", "西湖村", "3", "本人"),
            ("王芳", "东湖村", "", ""),
            ("王小", "东湖村", "", ""),
            ("王小芳", "东湖村", None, ""),
        ],
    )
    look_up(desk, number("20100101", 6))
    desk.keyboard.type("孙小")
    desk.keyboard.press("Control+d")
    expect(desk.locator("#village option:checked")).to_have_text("西湖村")
    expect(desk.locator("#group_no")).to_have_value("3")
    expect(desk.locator("#head_name")).to_have_value("孙悟空")


def test_typing_another_number_forgets_the_person_before(desk):
    look_up(desk, WANG)
    expect(desk.locator("#name")).to_have_value("王芳")
    desk.keyboard.type(SUN)  # the next card, scanned over the first
    expect(desk.locator("#number")).to_have_value(f"{SUN[:6]} {SUN[6:14]} {SUN[14:]}")
    expect(desk.locator("#name")).to_have_value("")
    desk.keyboard.press("Enter")
    expect(desk.locator("#facts")).to_contain_text("新人员")


def test_someone_of_another_place_cannot_be_saved(desk):
    look_up(desk, LI)
    expect(desk.locator("#facts")).to_contain_text("王*芳")
    expect(desk.locator("#facts")).to_contain_text("处理办法")
    expect(desk.locator("#save")).to_be_disabled()
    desk.keyboard.press("F8")
    assert_table(Registration, ["id"], [])
    desk.keyboard.press("Escape")
    expect(desk.locator("#number")).to_be_focused()
    expect(desk.locator("#save")).to_be_enabled()


def test_another_name_is_asked_about_once(desk):
    look_up(desk, WANG)
    desk.fill("#name", "王方")
    desk.keyboard.press("F8")
    expect(desk.locator("#line")).to_contain_text("这个号码原登记王芳，现填王方")
    expect(desk.locator("#name")).to_be_focused()
    desk.keyboard.press("F8")
    expect(desk.locator("#line")).to_contain_text("王方 已登记")


def test_a_lost_line_keeps_the_form_and_a_retry_saves_once(desk):
    look_up(desk, WANG)
    desk.context.set_offline(True)
    desk.keyboard.press("F8")
    expect(desk.locator("#line")).to_contain_text("未保存，网络断开")
    expect(desk.locator("#strip")).to_contain_text("线路中断")
    expect(desk.locator("#name")).to_have_value("王芳")
    desk.context.set_offline(False)
    desk.keyboard.press("F8")
    expect(desk.locator("#line")).to_contain_text("第 1 笔")
    expect(desk.locator("#strip")).to_contain_text("线路正常")
    assert Registration.objects.count() == 1


def test_f8_twice_saves_once(desk):
    look_up(desk, WANG)
    desk.evaluate("save.click(); save.click()")
    expect(desk.locator("#line")).to_contain_text("第 1 笔")
    assert Registration.objects.count() == 1


def test_undo_asks_why_and_leaves_the_form_alone(desk):
    look_up(desk, WANG)
    desk.keyboard.press("F8")
    expect(desk.locator("#line")).to_contain_text("第 1 笔")
    desk.keyboard.type(SUN[:10])
    desk.click("#last summary")
    desk.keyboard.press("Escape")  # thought better of it
    expect(desk.locator("details.desk-undo[open]")).to_have_count(0)
    expect(desk.locator("#number")).to_have_value(f"{SUN[:6]} {SUN[6:10]}")
    desk.click("#last summary")
    desk.keyboard.type("登记错人")
    desk.keyboard.press("Enter")
    expect(desk.locator("#line")).to_contain_text("已撤销王芳的登记")
    expect(desk.locator("#number")).to_have_value(f"{SUN[:6]} {SUN[6:10]}")
    expect(desk.locator("#last")).to_contain_text("已撤销")
    expect(desk.locator("#number")).to_be_focused()
    assert not Registration.objects.standing().exists()


def test_other_papers_by_f2_and_keys_by_f1(desk):
    desk.keyboard.press("F2")
    expect(desk.locator("#kind")).to_have_value("hmt_permit")
    for _ in range(2):
        desk.keyboard.press("F2")
    expect(desk.locator("#kind")).to_have_value("passport")
    expect(desk.locator("#number")).to_be_focused()
    look_up(desk, "E12345678")
    expect(desk.locator("#facts")).to_contain_text("新人员")
    desk.keyboard.press("F1")
    expect(desk.locator("#keys")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("#keys")).to_be_hidden()
    expect(desk.locator("#number")).to_have_value("E12345678")  # Esc closed the keys, no more


def test_save_stands_in_a_window_of_625(desk):
    look_up(desk, WANG)
    bottom = desk.locator("#save").bounding_box()
    assert bottom["y"] + bottom["height"] <= 460
    assert desk.evaluate("document.documentElement.scrollWidth") == 1366


def test_no_number_stands_in_an_address(desk):
    urls = questions(desk)
    look_up(desk, WANG)
    desk.keyboard.press("F8")
    expect(desk.locator("#line")).to_contain_text("第 1 笔")
    assert len(urls) >= 2
    assert not any(re.search(r"\d{8}", url.split("://")[1].split("/", 1)[1]) for url in urls)
