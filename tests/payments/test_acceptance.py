"""Before a file is posted: what was declared beside it, and a second person where one is asked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from enrollment.errors import Refused
from enrollment.models import Change, SourceFile
from payments import acceptance, posting, services
from payments.models import Acceptance, Match, Payment
from tests.conftest import assert_table, at
from tests.payments.lines import Row, text

NOW = at("2022-11-18 16:30")
ROWS = [Row(), Row(receipt="12", paid="")]


@pytest.fixture
def two_people(campaign: Any) -> None:
    """The notice asks for a second person."""
    version = campaign.policy_version
    version.source = version.source.replace(
        'late = "mark"', 'late = "mark"\naccept = "second_person"'
    )
    version.save()
    campaign.__dict__.pop("_policy", None)


@pytest.fixture
def sent(campaign: Any, cast: dict[str, Any], tmp_path: Any) -> Callable[..., Any]:
    """sent(rows, declared…) → what importing a file that Grace sent answers."""
    from enrollment import files

    def send(lines: list[Row] = ROWS, *, total: Any = None, **declared: int) -> dict[str, Any]:
        path = tmp_path / "week.csv"
        path.write_bytes(text(lines, total=total).encode())
        file = files.take_in(
            campaign, SourceFile.Kind.PAYMENTS, "week.csv", path, cast["grace"], NOW
        )
        posting.declare(file, rows=declared.get("rows"), fen=declared.get("fen"))
        return services.import_payments(file, path, by=cast["grace"], now=NOW)

    return send


def test_a_checked_file_tells_what_would_come_and_writes_nothing_else(
    two_people, sent, wang, register
):
    register(wang)
    result = sent()
    file = SourceFile.objects.get()
    assert (result["state"], result["new"], result["matched"]) == ("checked", 1, 1)
    assert (file.state, file.posted_at) == ("checked", None)
    assert (file.read, file.new, file.rejected) == (2, 1, 1)
    assert file.counts["foreseen"]["matched_fen"] == 35000
    assert_table(file.problems.model, ["line", "code", "fen"], [(3, "no_date", 35000)])
    assert not any(table.objects.exists() for table in (Payment, Match, Change, Acceptance))


def test_another_person_accepts_and_the_job_posts(two_people, sent, wang, register, cast, tmp_path):
    register(wang)
    file = SourceFile.objects.get(pk=sent()["file"])
    with pytest.raises(Refused):
        acceptance.accept_and_post(file, by=cast["grace"], now=NOW)
    job = acceptance.accept_and_post(file, by=cast["alice"], now=NOW)
    with pytest.raises(Refused):
        acceptance.accept_and_post(file, by=cast["dana"], now=NOW)
    file.refresh_from_db()
    assert file.job == job and job.created_by == cast["alice"]
    result = services.import_payments(file, tmp_path / "week.csv", by=cast["alice"], now=NOW)
    file.refresh_from_db()
    assert (result["matched"], file.state, file.problems.count()) == (1, "posted", 1)
    assert "foreseen" not in file.counts
    given = Acceptance.objects.get()
    assert (given.sent_by, given.accepted_by) == (cast["grace"], cast["alice"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Acceptance.objects.update(accepted_by=cast["grace"])


def test_a_file_that_is_not_accepted_is_refused_with_a_reason(two_people, sent, cast):
    file = SourceFile.objects.get(pk=sent()["file"])
    with pytest.raises(Refused):
        acceptance.turn_down(file, by=cast["alice"], now=NOW, why=" ")
    acceptance.turn_down(file, by=cast["alice"], now=NOW, why="月份不对")
    file.refresh_from_db()
    assert (file.state, file.facts["turned_down"]["why"]) == ("refused", "月份不对")
    with pytest.raises(Refused):
        acceptance.accept_and_post(file, by=cast["dana"], now=NOW)


def test_the_command_names_the_second_person(two_people, campaign, cast, wang, tmp_path, capsys):
    path = tmp_path / "week.csv"
    path.write_bytes(text([Row()]).encode())

    def command(**options: Any) -> None:
        call_command("import_payments", campaign.slug, str(path), by="grace", **options)

    for options in ({}, {"accepted_by": "grace"}, {"accepted_by": "nobody"}):
        with pytest.raises(SystemExit) as ended:
            command(**options)
        assert ended.value.code == 1
    assert "--accepted-by" in capsys.readouterr().err
    assert not SourceFile.objects.exists()
    command(accepted_by="alice")
    assert Acceptance.objects.get().accepted_by == cast["alice"]
    assert Payment.objects.count() == 1


# --- declared rows and sum


@pytest.mark.parametrize(
    "declared, told",
    [
        ({"rows": 3}, ["3", "2", "1"]),
        ({"fen": 100000}, ["1000.00", "700.00", "300.00"]),
        ({"rows": 1, "fen": 70001}, ["0.01"]),
    ],
)
def test_what_was_declared_beside_the_file_must_agree(sent, declared, told):
    with pytest.raises(Refused) as refused:
        sent(**declared)
    said = " ".join(refused.value.messages).replace(",", "")
    assert "week.csv" in said and all(figure in said for figure in told)
    assert not Payment.objects.exists()


def test_what_agrees_is_kept_and_the_same_bytes_are_compared_too(sent):
    sent(rows=2, fen=70000)
    assert SourceFile.objects.get().counts["declared"] == {"rows": 2, "fen": 70000}
    with pytest.raises(Refused):
        sent(rows=3)


def test_a_total_row_that_disagrees_tells_by_how_much(sent):
    with pytest.raises(Refused) as refused:
        sent(total=["合计", "共5笔", *[""] * 8, "1,000.00"])
    first, second = refused.value.messages
    assert "5" in first and "2" in first and "3" in first
    assert "700.00" in second and "300.00" in second


def test_the_command_compares_what_was_declared(campaign, tmp_path, capsys):
    path = tmp_path / "week.csv"
    path.write_bytes(text(ROWS).encode())
    with pytest.raises(SystemExit):
        call_command("import_payments", campaign.slug, str(path), rows=3, yuan=70000)
    assert "3" in capsys.readouterr().err
    call_command("import_payments", campaign.slug, str(path), rows=2, yuan=70000)
    assert Payment.objects.count() == 1
