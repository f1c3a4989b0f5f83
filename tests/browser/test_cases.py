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
    page.keyboard.press("F8")
    expect(page.locator(".case-said")).to_contain_text("2")
    back = Decision.objects.filter(kind="refund").values_list("payment_id", flat=True)
    assert set(back) == set(Payment.objects.filter(receipt__in="34").values_list("pk", flat=True))
    assert page.evaluate("document.querySelector('.cases').scrollWidth") <= 1334  # edges of 16
