"""Pages before one is signed in, and what is shown when something is wrong."""

import re
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults

pytestmark = pytest.mark.django_db


def sign_in(client: Client, username: str, password: str) -> Any:
    return client.post(reverse("sign-in"), {"username": username, "password": password})


def test_sign_in_page_is_chinese_and_says_that_looking_is_logged(
    client: Client, cast: dict[str, Any]
) -> None:
    # Office computers are often installed in English; that must not change the language.
    page = client.get(reverse("sign-in"), headers={"accept-language": "en"}).content.decode()
    assert '<html lang="zh-CN">' in page
    assert "登录后的查询、显示和导出都记入日志" in page
    assert "连错 5 次，锁定 15 分钟" in page


def test_language_switch_stays(client: Client, cast: dict[str, Any]) -> None:
    answer = client.post(
        reverse("set_language"), {"language": "en", "next": reverse("sign-in")}, follow=True
    )
    page = answer.content.decode()
    assert '<html lang="en">' in page
    assert "Five wrong attempts" in page
    assert 'value="zh-hans"' in page


def test_wrong_password_says_so_in_a_message_line(client: Client, cast: dict[str, Any]) -> None:
    page = sign_in(client, "alice", "wrong").content.decode()
    assert re.search(r'message message-error" role="alert" id="signin-error"', page)
    assert "is-invalid" in page


def test_six_wrong_passwords_lead_to_the_locked_page(client: Client, cast: dict[str, Any]) -> None:
    answers = [sign_in(client, "alice", "wrong") for _ in range(6)]
    assert "账号锁定 15 分钟" in answers[-1].content.decode()


def test_pages_carry_nothing_the_csp_would_block(client: Client, cast: dict[str, Any]) -> None:
    answer = client.get(reverse("sign-in"))
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    page = answer.content.decode()
    assert not re.search(r"\s(style|on[a-z]+)=", page)
    assert all(" src=" in tag for tag in re.findall(r"<script\b[^>]*>", page))


def test_an_unknown_address_keeps_the_shell(client: Client, cast: dict[str, Any]) -> None:
    client.force_login(cast["alice"])
    answer = client.get("/no/such/page/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "不在您的管辖范围内" in page
    assert 'class="main-nav"' in page


def test_a_fault_is_told_without_user_database_or_request() -> None:
    answer = defaults.server_error(RequestFactory().get("/"))
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "没有保存" in page
    assert "<form" not in page


def test_a_form_without_its_token_is_told_in_words(cast: dict[str, Any]) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = sign_in(strict, "alice", "x")
    assert answer.status_code == 403
    assert "请返回、刷新页面后重新提交" in answer.content.decode()
