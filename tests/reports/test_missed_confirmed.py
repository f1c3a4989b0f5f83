"""Who is missed for a reason: what was said, and by whom it is confirmed."""

from datetime import date

from enrollment import changes
from enrollment.models import AuditEntry, NotEnrolling, Resident
from reports.books import check_books
from reports.missed.board import read_board
from reports.missed.queries import listed
from reports.models import RollupMarked, RollupNow
from reports.people.lists import units_below
from reports.progress.rollups import refresh
from subsidies.elsewhere_models import ElsewhereProof
from tests.reports.test_nobody_missed import EARLIER, NOW, URL, county, household, of, write

__all__ = ["county", "household", "write"]


def post(client, page, names, **form):
    who = [Resident.objects.get(name=name).pk for name in names]
    return client.post(f"{URL}{page}/", {"who": who, "back": "state=missed", **form}, follow=True)


def test_what_was_said_takes_nobody_out_until_somebody_else_confirms_it(county, sign_in):
    assert post(sign_in("bob"), "reasons", ["白四"], reason="elsewhere").status_code == 200
    board = read_board(county, county.region, NOW)
    assert (board.total.missed, board.total.excused, board.total.waiting) == (5, 1, 2)
    assert post(sign_in("bob"), "confirmations", ["白四"]).status_code == 403
    assert post(sign_in("heidi"), "confirmations", ["白四"]).status_code == 403
    html = sign_in("alice").get(URL + "people/?reason=waiting").content.decode()
    assert "白四" in html and "邓六" in html and "confirmations/" in html
    post(sign_in("alice"), "confirmations", ["白四"])
    board = read_board(county, county.region, NOW)
    assert (board.total.missed, board.total.excused, board.total.waiting) == (4, 2, 1)
    row = NotEnrolling.objects.get(resident__name="白四", ended_at=None)
    assert (row.by.username, row.approved_by.username) == ("bob", "alice")
    assert AuditEntry.objects.filter(action="confirm_why_not_enrolled").count() == 1
    html = sign_in("alice").get(URL + "people/?state=excused").content.decode()
    assert "Alice 已核实" in html


def test_nobody_confirms_what_they_said_themselves(county, sign_in):
    client = sign_in("alice")
    post(client, "reasons", ["白四"], reason="dead")
    html = post(client, "confirmations", ["白四"]).content.decode()
    assert "须由另一人核实" in html
    assert read_board(county, county.region, NOW).total.excused == 1


def test_a_proof_that_was_approved_needs_no_other_word(county, cast):
    proof = ElsewhereProof.objects.create(
        campaign=county, resident=Resident.objects.get(name="白四"), paid_on=date(2022, 11, 1),
        place="外县", channel="wechat", fen=35000, receipt="1", entered_at=EARLIER,
        entered_by=cast["bob"],
    )  # fmt: skip
    assert read_board(county, county.region, NOW).total.excused == 1
    ElsewhereProof.objects.filter(pk=proof.pk).update(
        state="approved", decided_at=EARLIER, decided_by=cast["alice"]
    )
    assert of(read_board(county, county.region, NOW).total) == (7, 3, 4, 2)
    units = [unit.pk for unit in units_below(county.region)]
    row = next(r for r in listed(county, units, NOW, "excused") if r.name == "白四")
    assert (row.reason, row.note, row.approved_by) == ("elsewhere", "外县", "Alice")
    refresh(county, as_of=NOW)
    assert all(check.ok for check in check_books(county) if check.name.startswith("8 "))


def test_what_explains_only_cannot_be_confirmed(county, sign_in):
    post(sign_in("bob"), "reasons", ["白四"], reason="refuses")
    html = post(sign_in("alice"), "confirmations", ["白四"]).content.decode()
    assert "没有待核实的内容" in html
    assert not NotEnrolling.objects.filter(approved_at__isnull=False).exists()


def test_another_reason_must_be_confirmed_anew(county, sign_in):
    post(sign_in("bob"), "reasons", ["白四"], reason="dead")
    post(sign_in("alice"), "confirmations", ["白四"])
    post(sign_in("bob"), "reasons", ["白四"], reason="army")
    assert read_board(county, county.region, NOW).total.excused == 1  # 蔡五


def test_a_reason_is_heard_by_the_roll_ups(county, sign_in):
    refresh(county, as_of=NOW)
    changes.consume()
    post(sign_in("bob"), "reasons", ["白四"], reason="dead")
    post(sign_in("alice"), "confirmations", ["白四"])
    changes.consume()
    assert RollupNow.objects.get(region_id=county.region_id).marked_excused == 2
    rows = RollupMarked.objects.filter(category="", excused=True)
    assert sum(row.people for row in rows) == 2
