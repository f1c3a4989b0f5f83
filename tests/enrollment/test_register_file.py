"""Registering people by a file: who is known, rejected, told of, and what follows from it."""

import pytest

from enrollment import changes
from enrollment.bulk import registrations
from enrollment.models import (
    AuditEntry,
    Change,
    Registration,
    Resident,
    SourceFile,
    SourceProblem,
)
from tests.conftest import assert_table, at
from tests.enrollment.test_register_bulk import (
    LI,
    NOW,
    WANG,
    ZHAO,
    at_desk,
    counts,
    other_campaign,
    register,
)

__all__ = ["other_campaign", "register"]


# --- files


def test_a_file_registers_known_people_and_writes_new_ones(register, make_resident):
    make_resident("王小明", number=WANG)
    result = register(
        [
            {"姓名": "王小明", "证件号码": WANG, "登记时间": "2022-11-01 09:30"},
            {"姓名": "李四", "证件号码": LI, "村": "西湖", "登记时间": "2022.11.2"},
            {"姓名": "赵六", "证件号码": ZHAO},
        ]
    )
    assert counts(result) == (3, 3, 0, 0)
    assert result["people"] == {"new": 2, "changed": 0}
    assert_table(
        Registration,
        ["resident__name", "unit__key", "registered_at", "known_at", "source"],
        [
            ("王小明", "north-1", at("2022-11-01 09:30"), NOW, "file"),
            ("李四", "north-2", at("2022-11-02 00:00"), NOW, "file"),
            ("赵六", "north-1", NOW, NOW, "file"),
        ],
    )
    file = SourceFile.objects.get()
    assert (file.kind, file.state, file.read, file.new) == ("registrations", "posted", 3, 3)


def test_the_same_file_again_registers_nobody(register):
    rows = [{"姓名": "王小明", "证件号码": WANG}, {"姓名": "李四", "证件号码": LI}]
    register(rows)
    assert counts(register(rows)) == (2, 0, 2, 0)
    assert Registration.objects.count() == 2


def test_a_person_twice_in_a_file_is_registered_once(register):
    rows = [{"姓名": "王小明", "证件号码": WANG, "登记时间": "2022-11-01"}]
    other = {**rows[0], "登记时间": "2022-11-02"}
    assert counts(register([*rows, *rows, other])) == (3, 1, 1, 1)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2022-10-14 23:59", "outside_window"),
        ("2023-01-01", "outside_window"),
        ("昨天", "registered_at_unreadable"),
    ],
)
def test_a_time_outside_the_windows_is_rejected_with_the_clause(register, cell, code):
    result = register([{"姓名": "王小明", "证件号码": WANG, "登记时间": cell}])
    assert counts(result) == (1, 0, 0, 1)
    problem = SourceProblem.objects.get()
    assert (problem.code, problem.column, problem.line) == (code, "登记时间", 2)
    assert "三" in problem.message or code == "registered_at_unreadable"
    assert not Resident.objects.exists()


def test_a_time_ahead_of_the_present_is_told(register):
    result = register([{"姓名": "王小明", "证件号码": WANG, "登记时间": "2022-12-01"}])
    assert counts(result) == (1, 1, 0, 0)
    assert result["warnings"] == {"registered_ahead": 1}


def test_who_is_registered_elsewhere_is_rejected_and_stays_unchanged(
    register, make_resident, other_campaign
):
    wang = make_resident("王小明", number=WANG)
    at_desk(other_campaign, wang)
    result = register([{"姓名": "王晓明", "证件号码": WANG, "村": "西湖"}])
    assert counts(result) == (1, 0, 0, 1)
    message = SourceProblem.objects.get().message
    assert "平安县, 2022-11-01" in message and "王" not in message
    wang.refresh_from_db()
    assert (wang.name, wang.village.key) == ("王小明", "north-1")


def test_bad_rows_are_rejected_and_the_rest_is_registered(register):
    result = register(
        [
            {"姓名": "王小明", "证件号码": WANG, "村": "无此村"},
            {"姓名": "", "证件号码": LI},
            {"姓名": "赵六", "证件号码": ZHAO},
        ]
    )
    assert counts(result) == (3, 1, 0, 2)
    assert result["problems"] == {"name_empty": 1, "unknown_village": 1}


# --- what follows from it


def test_one_change_and_one_audit_entry_for_all(register, campaign, monkeypatch):
    monkeypatch.setattr(changes, "_handlers", {"payments": None, "reports": None})
    result = register([{"姓名": "王小明", "证件号码": WANG}, {"姓名": "李四", "证件号码": LI}])
    assert_table(
        Change,
        ["subscriber", "kind", "campaign_id", "resident_id", "source_file_id"],
        [
            (subscriber, "registered", campaign.pk, None, result["file"])
            for subscriber in ("payments", "reports")
        ],
    )
    entry = AuditEntry.objects.get(action="register")
    assert (entry.object_id, entry.facts["new"]) == (result["file"], 2)


def test_a_failure_at_the_end_leaves_nothing(register, monkeypatch):
    def fail(*_args, **_more):
        raise RuntimeError("pulled the plug")

    monkeypatch.setattr(registrations.changes, "append", fail)
    with pytest.raises(RuntimeError):
        register([{"姓名": "王小明", "证件号码": WANG}])
    assert not (Resident.objects.exists() or Registration.objects.exists())
