"""The exceptions desk by keys alone: arrows, a digit, Enter, evidence, F8; then two at once."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.payments import conftest as payments_world
from tests.payments.lines import LI, WANG, Row

register, take = payments_world.register, payments_world.take
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "progress"]),
]


def test_cases_are_decided_by_keys_alone(
    live: str,
    enter: Any,
    make_resident: Any,
    register: Any,
    take: Any,
) -> None:
    from payments.models import Decision, Payment

    register(make_resident("王小明", number=WANG))
    register(make_resident("李四", number=LI))
    names = {"1": ("王大明", WANG), "2": ("李五", LI), "3": ("王中明", WANG), "4": ("李六", LI)}
    take(
        [
            Row(receipt=receipt, name=name, number=number, paid=f"2022-11-0{receipt} 09:00:00")
            for receipt, (name, number) in names.items()
        ]
    )
    page = enter("alice")
    page.goto(f"{live}/c/small-2023/payments/open/")
    expect(page.locator("#queue tr.is-selected")).to_contain_text("王大明")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#case .case-table")).to_contain_text("李五")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#evidence")).to_be_focused()
    page.keyboard.type("户口本")
    page.keyboard.press("F8")
    expect(page.locator(".case-said")).to_contain_text("李五")
    expect(page.locator("#queue tr.is-selected")).to_contain_text("王中明")
    one = Decision.objects.get()
    assert (one.kind, one.evidence, one.resident.name) == ("match", "户口本", "李四")
    for _time in range(2):
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
    expect(page.locator("#many")).to_contain_text("2")
    page.keyboard.press("3")
    expect(page.locator("#choice-refund")).to_be_checked()
    page.select_option("#reason", "paid_twice")
    page.keyboard.press("F8")
    expect(page.locator(".case-said")).to_contain_text("2")
    back = Decision.objects.filter(kind="refund").values_list("payment_id", flat=True)
    assert set(back) == set(Payment.objects.filter(receipt__in="34").values_list("pk", flat=True))
    assert page.evaluate("document.querySelector('.cases').scrollWidth") <= 1334  # edges of 16


def test_what_is_typed_outlasts_a_lost_line_and_a_session_that_ended(
    live: str, page: Any, enter: Any, make_resident: Any, register: Any, take: Any
) -> None:
    """And what was done can be taken back from the line that says it."""
    from payments.models import Decision
    from tests.conftest import PASSWORD

    register(make_resident("王小明", number=WANG))
    take([Row(receipt=str(n), name=f"王{n}明") for n in range(1, 4)])
    enter("alice").goto(f"{live}/c/small-2023/payments/open/")
    page.keyboard.press("3")
    page.keyboard.press("F8")
    expect(page.locator("#reason")).to_be_focused()  # no reason stands there that nobody gave
    page.select_option("#reason", "wrong_year")
    page.fill("#evidence", "本人电话")
    page.context.set_offline(True)
    page.keyboard.press("F8")
    expect(page.locator("#shell-messages .message")).to_be_visible()
    expect(page.locator("#evidence")).to_have_value("本人电话")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#queue tr.is-selected")).to_contain_text("王1明")
    page.context.set_offline(False)
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("F8")
    page.locator("#shell-messages a").click()
    page.fill("#id_username", "alice")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#evidence")).to_have_value("本人电话")
    expect(page.locator("#choice-refund")).to_be_checked()
    assert not Decision.objects.exists()
    page.keyboard.press("F8")
    expect(page.locator(".case-said")).to_contain_text("王1明")
    expect(page.locator("#queue tr.is-selected a")).to_be_focused()
    assert Decision.objects.get().evidence == "本人电话"
    page.locator(".case-back button").click()
    expect(page.locator("#queue tr.is-selected")).to_contain_text("王1明")
    assert Decision.objects.get().state == "withdrawn"


def test_what_somebody_decided_meanwhile_is_not_approved_by_the_key_that_proposes(
    live: str, enter: Any, cast: Any, campaign: Any, register: Any, make_resident: Any, take: Any
) -> None:
    from enrollment import clock
    from payments import decisions
    from payments.models import Decision, Payment

    register(make_resident("王小明", number=WANG))
    take([Row(receipt=str(n), name=f"王{n}明") for n in range(1, 4)])
    page = enter("alice")
    page.goto(f"{live}/c/small-2023/payments/open/")
    second = Payment.objects.get(name="王2明").pk
    decisions.propose(
        campaign, [second], "refund", reason="paid_twice", by=cast["bob"], now=clock.now(campaign)
    )
    page.keyboard.press("j")
    expect(page.locator(".case-decided")).to_contain_text("Bob")
    page.keyboard.press("F8")
    page.keyboard.press("k")
    expect(page.locator("#reason")).to_be_visible()
    assert Decision.objects.get().state == "waiting"
