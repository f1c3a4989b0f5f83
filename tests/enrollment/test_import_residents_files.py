"""The household register as a file: its forms and faults, a failure on the way, the command."""

import json
import threading
from io import StringIO

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection

from config.lib import siv
from enrollment import bulk, files
from enrollment.bulk import session
from enrollment.errors import Refused
from enrollment.models import (
    Household,
    Resident,
    SourceFile,
    User,
)
from tests.conftest import assert_table
from tests.enrollment.people import write
from tests.enrollment.test_import_residents import LI, NOW, WANG, counts, row, take

__all__ = ["take"]


def test_gb18030_and_titles_and_totals(take, campaign, tmp_path):
    path = tmp_path / "名单.csv"
    text = (
        "城北镇参保人员花名册\n乡镇（街道）,村（社区）,姓名,身份证号,人员类别,备注\n"
        f"城北镇,东湖村,𠮷小明,{WANG},成年人,x\n合计,,,1,,\n"
    )
    path.write_bytes(text.encode("gb18030"))
    file = files.take_in(campaign, "residents", path.name, path, User.system(), NOW)
    result = bulk.import_residents(file, path, by=User.system(), now=NOW, progress=print)
    assert counts(result) == (1, 1, 0, 0, 0)
    assert result["unknown_columns"] == ["备注"]
    assert_table(Resident, ["name"], [("𠮷小明",)])


def test_a_workbook_with_numbers_typed_as_numbers(take, campaign, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["乡镇", "村", "户编号", "姓名", "证件号码", "人员类别", "联系电话"])
    book.active.append(["城北镇", "东湖村", 12, "王小明", WANG, 1501, 13800000000])
    book.active.append(["城北镇", "东湖村", 12, "李四", 411328198001010020, 1501, None])
    book.save(tmp_path / "people.xlsx")
    path = tmp_path / "people.xlsx"
    file = files.take_in(campaign, "residents", path.name, path, User.system(), NOW)
    with files.opened(file) as copy:
        result = bulk.import_residents(file, copy, by=User.system(), now=NOW, progress=print)
    assert counts(result) == (2, 1, 0, 0, 1)
    assert result["problems"] == {"number_damaged": 1}
    person = Resident.objects.get()
    assert (person.household.number, person.phone.reveal()) == ("12", "13800000000")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("姓名,证件号码,村\n王,1,东湖村\n".encode(), "乡镇"),
        (b"%PDF-1.7 ...", "people.csv"),
        ("乡镇,村,姓名,证件号码\n城北镇,东湖村,王,".encode() + b"\xff\xff\xff\n", "people.csv"),
        (f'乡镇,村,姓名,证件号码\n城北镇,东湖村,王,{WANG}\n城北镇,"东湖'.encode(), "3"),
    ],
)
def test_a_fault_of_the_file_refuses_the_whole(campaign, tmp_path, data, told):
    path = tmp_path / "people.csv"
    path.write_bytes(data)
    file = files.take_in(campaign, "residents", path.name, path, User.system(), NOW)
    with pytest.raises(Refused, match=r"people\.csv") as refusal:
        bulk.import_residents(file, path, by=User.system(), now=NOW, progress=print)
    assert told in str(refusal.value)
    assert not Resident.objects.exists()


def test_a_failure_in_the_middle_leaves_nothing(take, monkeypatch):
    def fail(*_args, **_more):
        raise RuntimeError("pulled the plug")

    monkeypatch.setattr(session, "post", fail)
    with pytest.raises(RuntimeError):
        take([row(name="王小明", number=WANG, home="1")])
    assert not (Resident.objects.exists() or Household.objects.exists())


@pytest.mark.django_db(transaction=True)
def test_a_desk_that_is_quicker_makes_the_person_known(take, places):
    """The desk's transaction is still open when the import meets its number."""
    values = connection.settings_dict
    desk = psycopg2.connect(dbname=values["NAME"], user=values["USER"], host=values["HOST"])
    with desk.cursor() as cursor:
        cursor.execute(
            "insert into enrollment_resident (name, name_key, pinyin, sex, category, village_id,"
            " relation, note, known_at)"
            " values ('王小明', '王小明', '', '', '1501', %s, '', '', now()) returning id",
            [places["north-1"].pk],
        )
        cursor.execute(
            "insert into enrollment_identity (resident_id, kind, number, head4, last4, head,"
            " current, known_at) values (%s, 'resident_id', %s, '', '', '', true, now())",
            [cursor.fetchone()[0], siv.seal(WANG)],
        )
    threading.Timer(0.7, desk.commit).start()
    result = take([row(name="王小明", number=WANG), row(name="李四", number=LI)])
    desk.close()
    assert counts(result) == (2, 1, 0, 1, 0)
    assert_table(Resident, ["name"], [("王小明",), ("李四",)])


def test_the_command_prints_one_json_object(campaign, tmp_path):
    path = write(tmp_path / "people.csv", [row(name="王小明", number=WANG)])
    out = StringIO()
    call_command("import_residents", campaign.slug, path, json=True, stdout=out, stderr=StringIO())
    result = json.loads(out.getvalue().splitlines()[-1])
    assert counts(result) == (1, 1, 0, 0, 0)
    assert result["name"] == "people.csv"


def test_the_command_refuses_with_a_line_and_changes_nothing(campaign, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("姓名,证件号码\n王,1\n")
    err = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("import_residents", campaign.slug, path, stdout=StringIO(), stderr=err)
    assert end.value.code == 1
    assert "people.csv" in err.getvalue()
    assert not SourceFile.objects.exists()
