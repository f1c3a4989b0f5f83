"""Signing in: lock-out, the two limits of a session, the language, and the very first account."""

import io
import re
from datetime import timedelta
from time import time

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from enrollment.models import AuditEntry, Region, User
from tests.conftest import NOTICE, PASSWORD

SIGN_IN = reverse("sign-in")
POLICY = reverse("policy", args=["small-2023"])


@pytest.fixture
def try_to(client):
    """try_to(name, password) → what a press on “Sign in” answers."""

    def press(username="bob", password=PASSWORD, **more):
        return client.post(SIGN_IN, {"username": username, "password": password}, **more)

    return press


def is_sign_in(response):
    return response.status_code == 302 and response["Location"].startswith(SIGN_IN)


# --- the way in


def test_the_right_password_leads_home(cast, try_to, client):
    assert try_to()["Location"] == reverse("home")
    assert client.get(reverse("home"))["Location"] == reverse("desk", args=["small-2023"])


@pytest.mark.parametrize(
    ("who", "home"),
    [
        ("bob", "desk"),
        ("erin", "people"),
        ("alice", "progress"),
        ("dana", "progress"),
        ("heidi", "progress"),
        ("frank", "rosters"),
        ("grace", "payment-files"),
    ],
)
def test_each_role_has_its_own_first_page(cast, try_to, client, who, home):
    try_to(who)
    assert client.get("/")["Location"] == reverse(home, args=["small-2023"])


def test_a_department_of_a_part_of_the_campaign_has_no_lists(cast, places, try_to, client):
    cast["frank"].region = places["north"]
    cast["frank"].save()
    try_to("frank")
    assert client.get("/")["Location"] == reverse("policy", args=["small-2023"])
    assert client.get("/", follow=True).status_code == 200


def test_an_account_without_a_region_sees_nothing(cast, try_to, client):
    try_to("mallory")
    response = client.get("/")
    assert response.status_code == 200 and "small-2023" not in response.content.decode()


def test_after_signing_in_one_is_where_one_wanted_to_go(cast, client):
    response = client.get(POLICY)
    assert is_sign_in(response)
    response = client.post(response["Location"], {"username": "bob", "password": PASSWORD})
    assert response["Location"] == POLICY


def test_nobody_is_sent_back_to_an_address_that_only_takes_posts(cast, client):
    response = client.post(reverse("desk-save", args=["small-2023"]))
    assert response["Location"] == f"{SIGN_IN}?next=/"


def test_nobody_is_sent_to_another_site(cast, client):
    form = {"username": "bob", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post(SIGN_IN, form)["Location"] == reverse("home")


def test_a_part_of_a_page_is_answered_401_not_with_the_sign_in_page(cast, client):
    """The kit shows its message on 401; a redirect would be swapped into the page."""
    htmx = {"HX-Request": "true"}
    response = client.post(reverse("desk-lookup", args=["small-2023"]), headers=htmx)
    assert (response.status_code, response.content) == (401, b"")
    assert client.get(POLICY, headers=htmx).status_code == 401


def test_signing_out_ends_the_session(cast, try_to, client):
    try_to()
    client.post(reverse("sign-out"))
    assert is_sign_in(client.get(POLICY))
    assert not Session.objects.exists()


def test_an_account_that_was_closed_is_out_at_once(cast, try_to, client):
    try_to()
    User.objects.filter(username="bob").update(is_active=False)
    assert is_sign_in(client.get(POLICY))
    assert try_to().status_code == 200


def test_the_system_user_cannot_sign_in(cast, try_to):
    User.system()
    for password in ("", "system", "!"):
        assert try_to("system", password).status_code == 200


# --- five wrong passwords


def test_five_wrong_passwords_lock_for_fifteen_minutes(cast, try_to, client):
    for _n in range(4):
        assert try_to(password="wrong").status_code == 200
    assert try_to(password="wrong").status_code == 429
    locked = try_to()  # even with the right one
    assert locked.status_code == 429 and "15" in locked.content.decode()
    assert is_sign_in(client.get(POLICY))


def test_the_lock_opens_after_fifteen_minutes_and_not_before(cast, try_to):
    for _n in range(5):
        try_to(password="wrong")
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=14))
    assert try_to().status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert try_to().status_code == 302


def test_a_lock_is_the_accounts_not_the_offices(cast, try_to):
    for _n in range(5):
        try_to(password="wrong")
    assert try_to("charlie").status_code == 302


def test_four_wrong_passwords_are_forgotten_once_the_right_one_comes(cast, try_to, client):
    for _round in range(2):
        for _n in range(4):
            try_to(password="wrong")
        assert try_to().status_code == 302
        client.post(reverse("sign-out"))


def test_a_wrong_password_and_an_unknown_name_are_told_alike(cast, try_to):
    wrong, unknown = try_to(password="wrong"), try_to("nobody-here", "wrong")
    first, second = (
        re.search("<form.*</form>", r.content.decode(), re.S)[0] for r in (wrong, unknown)
    )
    assert re.sub('value="[^"]*"', "", first) == re.sub('value="[^"]*"', "", second)


# --- the limits of a session


def test_thirty_minutes_without_use_end_a_session_and_use_renews_it(cast, try_to, client):
    try_to()
    soon = timezone.now() + timedelta(minutes=1)
    Session.objects.update(expire_date=soon)
    assert client.get(POLICY).status_code == 200
    left = Session.objects.get().expire_date - timezone.now()
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert is_sign_in(client.get(POLICY))


def test_the_cookie_ends_with_the_browser_and_no_script_reads_it(cast, try_to):
    cookie = try_to().cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"], cookie["httponly"]) == ("", "", True)
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize(("hours", "ended"), [(11.9, False), (12.1, True)])
def test_twelve_hours_end_a_session_however_busy(cast, try_to, client, hours, ended):
    try_to()
    client.get(POLICY)
    session = client.session
    session["began"] = int(time() - hours * 3600)
    session.save()
    assert is_sign_in(client.get(POLICY)) is ended


def test_a_new_sign_in_begins_the_twelve_hours_anew(cast, try_to, client):
    try_to()
    client.get(POLICY)
    session = client.session
    session["began"] = 0
    session.save()
    assert is_sign_in(client.get(POLICY))
    try_to()
    assert client.get(POLICY).status_code == 200


# --- the language


def language_of(response):
    return re.search(r'<html lang="([^"]+)"', response.content.decode())[1]


def test_pages_are_chinese_whatever_the_browser_is_set_to(cast, client):
    response = client.get(SIGN_IN, headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert language_of(response) == "zh-CN" and response["Content-Language"] == "zh-hans"
    assert "登录" in response.content.decode()


def test_english_is_a_switch_that_stays(cast, client):
    response = client.post(reverse("set_language"), {"language": "en", "next": SIGN_IN})
    assert response["Location"] == SIGN_IN
    assert language_of(client.get(SIGN_IN)) == "en"
    client.post(reverse("set_language"), {"language": "zh-hans", "next": SIGN_IN})
    assert language_of(client.get(SIGN_IN)) == "zh-CN"


def test_a_language_we_do_not_have_is_chinese(cast, client):
    client.cookies["django_language"] = "de"
    assert language_of(client.get(SIGN_IN)) == "zh-CN"


# --- the first administrator


@pytest.fixture
def empty(db, settings, tmp_path):
    """An installation in which nothing was loaded and nobody was made."""
    settings.DATA_DIR = tmp_path
    return tmp_path / "set-up-code"


FIRST = reverse("first-administrator")


def form(code, region, **changes):
    facts = {"code": code, "username": "root", "full_name": "Root", "password": PASSWORD}
    return {**facts, "region": region.pk, **changes}


def load_the_notice():
    call_command("load_notice", str(NOTICE), "--practice", stdout=io.StringIO())
    return Region.objects.get(key="county")


def test_an_empty_start_comes_to_a_usable_system(empty, client):
    """The page says what to do first; a notice and one form later the administrator works."""
    assert client.get("/")["Location"] == SIGN_IN
    assert client.get(SIGN_IN)["Location"] == FIRST
    page = client.get(FIRST)
    assert page.status_code == 200 and "load_notice" in page.content.decode()

    county = load_the_notice()
    page = client.get(FIRST).content.decode()
    assert "load_notice" not in page and "set-up-code" in page
    assert f'value="{county.pk}"' in page

    made = client.post(FIRST, form(empty.read_text(), county))
    assert made["Location"] == SIGN_IN
    client.post(SIGN_IN, {"username": "root", "password": PASSWORD})
    home = client.get("/", follow=True)
    assert home.redirect_chain[-1][0] == reverse("progress", args=["small-2023"])
    assert home.status_code == 200


def test_the_code_lies_in_the_data_folder_for_its_owner_only(empty, client):
    client.get(FIRST)
    assert empty.stat().st_mode & 0o777 == 0o600 and len(empty.read_text()) >= 16
    code = empty.read_text()
    page = client.get(FIRST).content.decode()
    assert empty.read_text() == code and code not in page


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "guessed"},
        {"code": ""},
        {"code": "不是这个"},
        {"password": "short"},
        {"password": "password123"},
        {"username": "a b"},
        {"region": 0},
    ],
)
def test_a_wrong_code_or_a_weak_password_makes_nobody(empty, client, changes):
    county = load_the_notice()
    client.get(FIRST)
    response = client.post(FIRST, {**form(empty.read_text(), county), **changes})
    assert response.status_code == 400
    assert not User.objects.filter(is_active=True).exists()


def test_the_page_is_gone_once_an_administrator_exists(empty, client):
    county = load_the_notice()
    client.get(FIRST)
    data = form(empty.read_text(), county)
    client.post(FIRST, data)
    assert client.get(FIRST).status_code == 404
    assert client.post(FIRST, {**data, "username": "second"}).status_code == 404
    assert list(User.objects.filter(role="admin").values_list("username", flat=True)) == ["root"]
    assert AuditEntry.objects.get(action="create_user").facts["role"] == "admin"


def test_whoever_was_made_by_command_can_sign_in_without_an_administrator(empty, client):
    load_the_notice()
    call_command(
        "create_user", "zoe", "--role", "bureau", "--region", "county", stdout=io.StringIO()
    )
    assert client.get(SIGN_IN).status_code == 200
    assert client.get(FIRST).status_code == 200


def test_a_form_without_our_token_is_refused(empty):
    county = load_the_notice()
    strict = Client(enforce_csrf_checks=True)
    strict.get(FIRST)
    assert strict.post(FIRST, form(empty.read_text(), county)).status_code == 403
