"""A township's bureau breaks its own target down, and touches nothing above or beside it."""

import pytest

from enrollment.models import User
from quotas.models import Target, TargetSet
from tests.conftest import assert_table
from tests.quotas.test_pages import ROOT, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def township(campaign, places, client):
    """A user of the bureau whose region is north, with target 10."""
    user = User.objects.create(username="tina", role="bureau", region=places["north"])
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def body(places, *keys):
    return {f"place-{places[key].pk}": "5" for key in keys} | {"why": "分解到村"}


def test_it_breaks_down_its_own_target(township, places):
    path = f"{ROOT}notice/{places['north'].pk}/break-down/"
    assert township.get(path).status_code == 200
    assert township.post(path, body(places, "north-1", "north-2")).status_code == 302
    assert_table(
        Target,
        ["region__key", "persons"],
        [("north", 10), ("south", 20), ("north-1", 5), ("north-2", 5)],
    )
    version = TargetSet.objects.get().versions.first()
    assert (version.by.username, version.why) == ("tina", "分解到村")
    page = text(township.get(f"{ROOT}notice/"))
    assert "tina" in page and "分解到村" in page


@pytest.mark.parametrize("key", ["county", "south", "south-1"])
def test_what_is_above_or_beside_is_not_there(township, places, key):
    path = f"{ROOT}notice/{places[key].pk}/"
    assert township.get(path).status_code == 404
    assert township.get(path + "break-down/").status_code == 404
    assert township.post(path + "break-down/", body(places, "north-1")).status_code == 404
    assert_table(Target, ["persons"], [(10,), (20,)])


def test_a_village_beside_cannot_be_slipped_in(township, places):
    path = f"{ROOT}notice/{places['north'].pk}/break-down/"
    for stranger in ("south-1", "north", "south"):
        assert township.post(path, body(places, "north-1", stranger)).status_code == 422
    assert_table(Target, ["persons"], [(10,), (20,)])


@pytest.mark.parametrize(
    ("how", "path"),
    [
        ("get", "targets/import/"),
        ("post", "targets/import/"),
        ("post", "targets/notice/lock/"),
        ("get", "targets/notice/versions/1/"),
        ("get", "targets/notice/reported/"),
        ("get", "denominators/"),
        ("post", "denominators/entry/"),
    ],
)
def test_what_is_the_whole_countys_stays_the_countys(township, how, path):
    answer = getattr(township, how)(f"/c/small-2023/{path}", {"why": "x", "lock": "1"})
    assert answer.status_code == 404
    assert TargetSet.objects.get().locked_at is None


def test_it_sees_its_own_figures_only(township, places):
    listed, sheet = text(township.get(ROOT)), text(township.get(f"{ROOT}notice/"))
    assert " 10 " in listed and " 30 " not in listed
    assert "城北镇" in sheet and "城南乡" not in sheet
    html = township.get(f"{ROOT}notice/").content.decode()
    assert "/lock/" not in html and "/import/" not in html


def test_the_countys_target_stays_the_countys_when_it_breaks_down_anew(sign_in, places, township):
    path = f"{ROOT}notice/{places['north'].pk}/break-down/"
    township.post(path, body(places, "north-1", "north-2"))
    county = sign_in("alice")
    again = body(places, "north", "south")
    assert county.post(f"{ROOT}notice/{places['county'].pk}/break-down/", again).status_code == 302
    # the townships' targets are the county's to set; the villages' stay, and disagree with 5
    assert_table(
        Target,
        ["region__key", "persons"],
        [("north", 5), ("south", 5), ("north-1", 5), ("north-2", 5)],
    )
