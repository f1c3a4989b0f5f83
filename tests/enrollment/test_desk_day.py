"""The desk after saving: taking back, and the day's own list."""

from enrollment.models import AuditEntry, Registration
from enrollment.services.campaigns import move_clock
from tests.conftest import at
from tests.enrollment.test_desk import DESK, HTMX, LI, SAVE, TODAY, bob, filled, text, withdrawal

__all__ = ["bob", "filled"]


# --- taking back


def test_taking_back_leaves_the_form_in_work_alone(bob, filled):
    bob.post(SAVE, filled())
    page = bob.post(withdrawal(Registration.objects.get()), {"why": "登记错人"}, **HTMX)
    html = page.content.decode()
    assert "已撤销王芳的登记" in text(page)
    assert "desk-form" not in html
    assert 'id="facts"' not in html
    assert "已撤销" in text(page)
    assert "今日我登记0笔撤销1" in text(page)
    assert AuditEntry.objects.get(action="withdraw_registration").why == "登记错人"


def test_taking_back_needs_a_reason(bob, filled):
    bob.post(SAVE, filled())
    page = bob.post(withdrawal(Registration.objects.get()), {"why": ""}, **HTMX)
    assert page.status_code == 422
    assert "请填写撤销原因" in text(page)
    assert Registration.objects.standing().exists()


def test_after_ten_minutes_there_is_no_undo(bob, filled, campaign, cast):
    bob.post(SAVE, filled())
    assert withdrawal(Registration.objects.get()) in bob.get(DESK).content.decode()
    move_clock(campaign, to=at("2022-11-18 16:40"), by=cast["dana"])
    page = bob.get(DESK)
    assert withdrawal(Registration.objects.get()) not in page.content.decode()
    assert "已过时" in text(page)


# --- my day


def test_all_of_today_are_numbered_from_one(bob, filled, campaign, cast):
    bob.post(SAVE, filled())
    bob.post(SAVE, filled(number=LI, name="李梅"))
    page = text(bob.get(TODAY))
    assert "共2笔" in page
    assert page.index("216:30李梅") < page.index("116:30王芳")
    move_clock(campaign, to=at("2022-11-19 08:00"), by=cast["dana"])
    assert "共0笔" in text(bob.get(TODAY))
    assert "11-18李梅" in text(bob.get(DESK))  # still among my last ten, without a number


def test_a_practice_clock_moved_back_still_shows_the_last_first(bob, filled, campaign, cast):
    bob.post(SAVE, filled())
    move_clock(campaign, to=at("2022-11-17 09:00"), by=cast["dana"])
    page = bob.post(SAVE, filled(number=LI, name="李梅"), **HTMX)
    assert "第1笔李梅已登记" in text(page)
    assert "王芳" not in text(page)  # not yet registered at that instant


def test_others_do_not_stand_in_my_list(sign_in, filled, cast, places):
    sign_in("bob").post(SAVE, filled())
    cast["charlie"].region = places["north"]
    cast["charlie"].save()
    assert "王芳" not in text(sign_in("charlie").get(DESK))
