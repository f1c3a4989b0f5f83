"""The main menu: what each role may open, all of it and nothing else."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from enrollment.menu import MENU, menu_of
from enrollment.models import User
from tests import access_table

pytestmark = pytest.mark.django_db
ENTRIES = [entry for section in MENU for group in section.groups for entry in group]
TEMPLATES = Path(__file__).parents[2] / "templates"


def keys(menu):
    return [key for section in menu for key in section["keys"]]


def test_each_role_has_exactly_the_pages_that_answer_it(cast, campaign):
    """Against the table that test_access proves by asking."""
    rows = [row for row in access_table.read() if row.how == "GET" and row.about == "-"]
    opens = {row.url: row.answers for row in rows}
    for who in set(cast) - {"mallory"}:
        may = [entry.key for entry in ENTRIES if opens[entry.key][who] in ("200", "302")]
        assert keys(menu_of(cast[who], campaign)) == may, who


def test_a_collectors_menu(cast, campaign):
    assert [
        (str(section["label"]), section["keys"]) for section in menu_of(cast["erin"], campaign)
    ] == [
        ("进度", ["progress"]),
        ("通报考评", ["rankings", "disqualifications", "follow-up"]),
        ("缴费对账", ["registers", "collection", "money-kept"]),
        ("居民", ["people", "missed"]),
        ("政策", ["policy"]),
    ]


@pytest.mark.parametrize("role", ["bureau", "admin", "auditor", "department", "tax"])
def test_an_account_of_a_township_is_led_to_nothing_that_is_the_whole_campaigns(
    client, campaign, places, role
):
    user = User.objects.create(username="ivan", role=role, region=places["north"])
    client.force_login(user)
    shown = keys(menu_of(user, campaign))
    roles_own = {entry.key for entry in ENTRIES if role in entry.roles}
    answers = {key: client.get(reverse(key, args=[campaign.slug])).status_code for key in roles_own}
    assert {key for key, status in answers.items() if status in (200, 302)} == set(shown)
    assert {status for key, status in answers.items() if key not in shown} <= {404}


def test_the_section_and_the_page_one_is_on_are_marked(client, cast, campaign):
    client.force_login(cast["alice"])
    page = client.get(reverse("claims", args=[campaign.slug])).content.decode()
    nav = re.search(r'<nav class="main-nav".*?</nav>', page, re.S)[0]
    assert re.findall(r"<summary( aria-current=\"true\")?>(.*?)</summary>", nav) == [
        ("", "进度"),
        ("", "通报考评"),
        ("", "名单资助"),
        (' aria-current="true"', "缴费对账"),
        ("", "居民"),
    ]
    assert re.findall(r'aria-current="page">(.*?)</a>', nav) == ["缴费未到账"]


def test_every_page_says_an_entry_that_there_is():
    known = {entry.key for entry in ENTRIES}
    said = {
        (str(path.relative_to(TEMPLATES)), key)
        for path in TEMPLATES.rglob("*.html")
        for key in re.findall(r"block nav_active %}([\w-]+){% endblock", path.read_text())
    }
    assert len(said) > 50
    assert {(path, key) for path, key in said if key not in known} == set()
