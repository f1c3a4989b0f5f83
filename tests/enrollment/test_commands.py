"""The commands as a person or a script calls them: exit status, stderr, the last line's JSON."""

import io
import json
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from enrollment.models import AuditEntry, Campaign, PolicyVersion, Region, User
from quotas.models import Target
from tests.conftest import NOTICE, assert_table, at
from tests.environment import DATA
from tests.quick import migrate

REGIONS = NOTICE.with_name("small-regions.csv")
pytestmark = pytest.mark.django_db


def run(*words):
    """Exit status, what stood on stdout, what stood on stderr."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*map(str, words), stdout=out, stderr=err)
    except SystemExit as end:
        return end.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def answer(*words):
    status, out, err = run(*words, "--json")
    assert status == 0, err
    return json.loads(out.splitlines()[-1])


# --- load_notice


def test_load_notice_answers_campaign_targets_and_warnings():
    found = answer("load_notice", NOTICE, "--practice")
    assert found["campaign"] == "small-2023" and found["state"] == "open"
    assert found["targets"] == {"notice": {"units": 2, "sum": 30}}  # 10 + 20
    assert len(found["warnings"]) == 2  # no rosters; nobody works here yet


def test_check_validates_and_changes_nothing():
    found = answer("load_notice", NOTICE, "--check")
    assert found["targets"]["notice"]["sum"] == 30
    for model in (Campaign, PolicyVersion, Region, Target, AuditEntry):
        assert not model.objects.exists()


def test_check_looks_at_places_too(tmp_path):
    (tmp_path / REGIONS.name).write_bytes(REGIONS.read_bytes())
    path = tmp_path / "notice.toml"
    path.write_text(NOTICE.read_text("utf-8").replace("城北镇", "城东镇"), "utf-8")
    status, out, err = run("load_notice", path, "--check", "--json")
    assert (status, out) == (1, "") and "城东镇" in err


def test_a_refused_notice_ends_with_1_and_a_line_for_each_reason(tmp_path):
    path = tmp_path / "notice.toml"
    text = NOTICE.read_text("utf-8")
    path.write_text(text.replace("= 35000", "= '350'").replace("= 61000", "= '610'"), "utf-8")
    status, out, err = run("load_notice", path, "--json")
    assert (status, out, len(err.splitlines())) == (1, "", 2)
    assert not Campaign.objects.exists()


def test_a_draft_is_not_opened():
    assert answer("load_notice", NOTICE, "--draft")["state"] == "draft"


def test_the_acting_user_and_the_reason_are_kept(cast):
    answer("load_notice", NOTICE, "--practice")  # loaded by the fixture: nothing new
    assert PolicyVersion.objects.count() == 1
    entries = AuditEntry.objects.filter(action="load_notice")
    assert [entry.by.username for entry in entries] == ["system"]
    call_command(
        "create_user", "zoe", role="clerk", region="north", by="dana", stdout=io.StringIO()
    )
    assert AuditEntry.objects.get(action="create_user").by == cast["dana"]


def test_an_unknown_acting_user_is_refused_by_name():
    status, _out, err = run("load_notice", NOTICE, "--by", "nobody-here")
    assert status == 1 and "nobody-here" in err and not Campaign.objects.exists()


# --- the clock


def test_a_new_practice_campaign_stands_at_the_first_morning_of_its_windows():
    answer("load_notice", NOTICE, "--practice")
    assert Campaign.objects.get().clock == at("2022-10-15 08:00")


def test_now_says_where_a_practice_campaign_stands():
    answer("load_notice", NOTICE, "--practice", "--now", "2022-11-01 09:30")
    assert Campaign.objects.get().clock == at("2022-11-01 09:30")


def test_now_moves_a_practice_clock_and_is_audited(campaign):
    answer("progress", campaign.slug, "--now", "2022-11-20")
    assert Campaign.objects.get().clock == at("2022-11-20 00:00")  # a bare date is 00:00
    entry = AuditEntry.objects.get(action="move_clock")
    assert entry.at == at("2022-11-20 00:00")


def test_a_real_campaign_has_no_clock_to_move():
    answer("load_notice", NOTICE)
    for words in (["progress", "small-2023"], ["load_notice", NOTICE]):
        status, _out, _err = run(*words, "--now", "2022-11-20")
        assert status == 1
    assert Campaign.objects.get().clock is None


def test_a_time_that_is_none_is_wrong_usage(campaign):
    with pytest.raises(CommandError, match="half past") as caught:
        call_command("progress", campaign.slug, "--now", "half past")
    assert caught.value.returncode == 2


def test_an_unknown_campaign_is_refused_with_those_there_are(campaign):
    status, _out, err = run("progress", "small-2032")
    assert status == 1 and "small-2032" in err and "small-2023" in err


# --- load_regions


def test_load_regions_counts_new_changed_and_known(tmp_path):
    assert answer("load_regions", REGIONS) == {"new": 7, "changed": 0, "known": 0}
    path = tmp_path / "regions.csv"
    path.write_text(REGIONS.read_text("utf-8").replace("柳园社区", "柳林社区"), "utf-8")
    assert answer("load_regions", path) == {"new": 0, "changed": 1, "known": 6}


# --- create_user


def test_create_user_hands_over_a_made_password_once(campaign):
    found = answer("create_user", "zoe", "--role", "clerk", "--region", "north")
    assert (found["user"], found["role"], found["region"]) == ("zoe", "clerk", "north")
    assert len(found["password"]) == 16
    zoe = User.objects.get(username="zoe")
    assert zoe.check_password(found["password"]) and zoe.region.key == "north"


def test_create_user_takes_a_code_for_the_region_and_a_password_from_stdin(campaign, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("a long enough word\n"))
    words = ["zoe", "--role", "bureau", "--region", "139901000000", "--password-stdin"]
    found = answer("create_user", *words)
    assert found == {"user": "zoe", "role": "bureau", "region": "county"}  # not told again
    assert User.objects.get(username="zoe").check_password("a long enough word")


@pytest.mark.parametrize("password", ["short one", "password123", "1234567890", "zoe-the-clerk"])
def test_create_user_refuses_a_weak_password(campaign, monkeypatch, password):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    words = ["zoe-the-clerk", "--role", "clerk", "--region", "north", "--password-stdin"]
    status, _out, err = run("create_user", *words)
    assert status == 1 and err
    assert not User.objects.filter(username="zoe-the-clerk").exists()


@pytest.mark.parametrize("name", ["bob", "a b", "x" * 151, ""])
def test_create_user_refuses_a_name_in_use_or_unfit(cast, name):
    before = User.objects.count()
    assert run("create_user", name, "--role", "clerk", "--region", "north")[0] == 1
    assert User.objects.count() == before


def test_create_user_refuses_an_unknown_region(campaign):
    status, _out, err = run("create_user", "zoe", "--role", "clerk", "--region", "west")
    assert status == 1 and "west" in err


@pytest.mark.parametrize("role", ["system", "chief"])
def test_create_user_has_no_such_role(campaign, role):
    with pytest.raises(CommandError):
        call_command("create_user", "zoe", "--role", role, "--region", "north")


def test_every_role_may_be_made(campaign):
    roles = [role for role in User.Role.values if role != "system"]
    for role in roles:
        answer("create_user", f"the-{role}", "--role", role, "--region", "county")
    assert_table(
        User,
        ["username", "role", "is_superuser"],
        [("system", "system", False), *((f"the-{role}", role, False) for role in roles)],
    )


# --- a real process


@pytest.mark.services
def test_manage_py_ends_with_0_1_and_2_and_prints_json_last():
    """Against the data folder's own database, which no other test uses."""
    environment = {**os.environ, "CANBAO_DATA": str(DATA)}
    migrate(environment)

    def manage(*words):
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, words)],
            cwd=NOTICE.parents[2],
            env=environment,
            capture_output=True,
            text=True,
        )

    done = manage("load_notice", NOTICE, "--check", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["campaign"] == "small-2023"
    refused = manage("progress", "small-2023", "--json")  # it was only checked
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "small-2023" in refused.stderr and "Traceback" not in refused.stderr
    for wrong in (["load_notice"], ["load_notice", NOTICE, "--now", "nonsense", "--practice"]):
        assert manage(*wrong).returncode == 2
