"""Proofs of payment elsewhere in the browser: entered, found by who decides, decided on, opened."""

from datetime import date
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from enrollment.models import AuditEntry, User
from subsidies.models import ElsewhereProof, Repricing
from subsidies.services import mark_hardship
from tests.conftest import at
from tests.payments.lines import WANG
from tests.reports.facts import Fact, Writer

NOW = at("2022-11-18 16:30")
URL = "/c/small-2023/elsewhere/"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
SAID = {
    "paid_on": "2022-10-20", "place": "浙江省义乌市", "channel": "支付宝", "yuan": "380",
    "receipt": "330782221020000001",
}  # fmt: skip


@pytest.fixture
def wang(campaign, make_resident):
    person = make_resident("王小明", number=WANG)
    mark_hardship(
        campaign=campaign, resident=person, category="minimum_living", source="名单",
        recognised_on=date(2022, 9, 1), by=User.system(), now=NOW,
    )  # fmt: skip
    return person


@pytest.fixture
def enter(wang):
    def enter(client, **said):
        photo = SimpleUploadedFile("凭证.png", PNG)
        entry = f"/c/small-2023/people/{wang.pk}/elsewhere/"
        return client.post(entry, {**SAID, "file": photo, **said})

    return enter


@pytest.fixture
def entered(enter, sign_in):
    assert enter(sign_in("bob")).status_code == 302
    return ElsewhereProof.objects.get()


def text(answer):
    return unescape(answer.content.decode())


def test_the_way_from_the_person_to_the_money(campaign, wang, enter, sign_in):
    client = sign_in("bob")
    page = text(client.get(f"/c/small-2023/people/{wang.pk}/"))
    assert f"/people/{wang.pk}/elsewhere/" in page
    answer = enter(client)
    row = ElsewhereProof.objects.get()
    assert row.file is not None
    assert (row.fen, row.state, row.file.name) == (38000, "waiting", "凭证.png")
    assert answer["Location"] == f"{URL}{row.pk}/"
    assert 'value="approve"' not in text(client.get(answer["Location"]))
    client = sign_in("alice")
    listed = text(client.get(URL))
    assert f"{URL}{row.pk}/" in listed and "王小明" in listed
    page = text(client.get(f"{URL}{row.pk}/"))
    assert "80.00" in page and "五（二）3" in page  # what approving comes to, by which clause
    client.post(f"{URL}{row.pk}/steps/", {"step": "approve"})
    row.refresh_from_db()
    assert (row.state, str(row.decided_by)) == ("approved", "Alice")
    assert Repricing.objects.get(proof=row).fen == 8000
    assert "王小明" not in text(client.get(URL))
    assert "王小明" in text(client.get(URL + "?state=approved"))


def test_the_missed_board_leads_to_the_list(campaign, sign_in):
    assert f'href="{URL}"' in text(sign_in("alice").get("/c/small-2023/missed/"))


def test_what_is_wrong_is_said_beside_the_field(enter, sign_in):
    client = sign_in("bob")
    for wrong in ({"yuan": "三百八"}, {"yuan": "0"}, {"yuan": "38000"}, {"paid_on": "2022-13-01"}):
        answer = enter(client, **wrong)
        assert answer.status_code == 422 and "field-error" in text(answer)
    answer = enter(client, file=SimpleUploadedFile("凭证.png", b"<html>"))
    assert answer.status_code == 422 and "JPEG" in text(answer)
    assert not ElsewhereProof.objects.exists()


def test_who_is_registered_here_is_not_offered_it(campaign, wang, places, make_resident, sign_in):
    Writer(campaign, places, make_resident).register(wang, Fact("north-1", NOW))
    assert f"/people/{wang.pk}/elsewhere/" not in text(
        sign_in("bob").get(f"/c/small-2023/people/{wang.pk}/")
    )


def test_who_entered_it_does_not_decide_even_in_the_bureau(enter, sign_in):
    client = sign_in("alice")
    enter(client)
    row = ElsewhereProof.objects.get()
    assert 'value="approve"' not in text(client.get(f"{URL}{row.pk}/"))
    client.post(f"{URL}{row.pk}/steps/", {"step": "approve"})
    row.refresh_from_db()
    assert row.state == "waiting"


def test_a_clerk_withdraws_what_waits_and_nothing_else(entered, sign_in):
    steps = f"{URL}{entered.pk}/steps/"
    assert sign_in("bob").post(steps, {"step": "approve"}).status_code == 403
    sign_in("alice").post(steps, {"step": "approve"})
    assert sign_in("bob").post(steps, {"step": "withdraw", "why": "录错了"}).status_code == 403
    sign_in("dana").post(steps, {"step": "withdraw", "why": "录错了"})
    entered.refresh_from_db()
    assert (entered.state, entered.withdrawn_by.username) == ("withdrawn", "dana")


def test_opening_the_photo_is_kept_and_it_is_no_page(entered, sign_in):
    answer = sign_in("alice").post(f"{URL}{entered.pk}/attachment/")
    assert answer.content == PNG
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert AuditEntry.objects.get(action="open_elsewhere_proof").by.username == "alice"


def test_the_same_receipt_of_another_person_is_pointed_out(
    campaign, entered, make_resident, sign_in
):
    li = make_resident("李四", number="411328198511234562")
    client = sign_in("bob")
    client.post(f"/c/small-2023/people/{li.pk}/elsewhere/", SAID)
    assert "李四" in text(sign_in("alice").get(f"{URL}{entered.pk}/"))


def test_the_list_costs_as_many_queries_for_many(
    campaign, entered, make_resident, sign_in, django_assert_max_num_queries
):
    from tests.enrollment.people import number

    client = sign_in("bob")
    for n in range(6):
        person = make_resident(f"张{n}", number=number("19900101", n + 1))
        client.post(f"/c/small-2023/people/{person.pk}/elsewhere/", SAID)
    client = sign_in("alice")
    with django_assert_max_num_queries(16):
        assert text(client.get(URL)).count("浙江省义乌市") == 7
