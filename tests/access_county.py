"""The county of tests/access_world.py made: its people, files, batches, lists and rankings."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.access_world import NOW, County
from tests.conftest import NOTICE, at
from tests.enrollment.people import number
from tests.payments.lines import Row, text

ROLES = {
    "bob": ("clerk", "north"),
    "charlie": ("clerk", "south"),
    "erin": ("collector", "north-1"),
    "alice": ("bureau", "county"),
    "dana": ("admin", "county"),
    "frank": ("department", "county"),
    "grace": ("tax", "county"),
    "heidi": ("auditor", "county"),
    "mallory": ("", None),
}


def make_county(stem: str, folder: Path, *, order: int) -> County:
    """The county of tests/data/<stem>-2023.toml: its people, a person, a payment, rankings."""
    from enrollment.models import User
    from enrollment.services.campaigns import load_notice

    path = NOTICE.with_name(f"{stem}-2023.toml")
    campaign = load_notice(path, by=User.system(), now=NOW, practice=True)
    places = {
        region.key.removeprefix(f"{stem}-"): region
        for region in campaign.region.__class__.objects.within(campaign.region)
    }
    cast = {
        name: User.objects.create(
            username=f"{stem}-{name}", role=role, region=places[key] if key else None
        )
        for name, (role, key) in ROLES.items()
    }
    regions = {key: places[key].pk for key in ("county", "north", "south")}
    county = County(campaign, cast, {**regions, "village": places["north-1"].pk})
    _register_and_pay(county, places["north-1"], folder, order)
    _rank(county, places["north"])
    _roster(county, order)
    _pay_out(county)
    _plan(county, places["north"])
    _list_on_behalf(county, places["north"])
    _prove_elsewhere(county, places["north-1"], order)
    _claim(county)
    _bring_register(county, places["north-1"])
    _check_and_fund(county)
    _decide(county)
    _collect(county, places["north-1"], order)
    _stop_and_tell(county)
    return county


def _stop_and_tell(county: County) -> None:
    """Bob's request about who paid, with a photo; what the tax bureau has, and its own list."""
    from enrollment import files
    from enrollment.models import Registration, SourceFile
    from payments.models import Stop, TaxComparison, TaxExport, TaxPerson, TaxRefund

    campaign, bob, alice = county.campaign, county.cast["bob"], county.cast["alice"]
    grace, photo = county.cast["grace"], BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(8))
    paid = Registration.objects.get(campaign=campaign, resident_id=county.ids["resident_id"])
    stop = Stop.objects.create(
        campaign=campaign, resident=paid.resident, registration=paid, reason="death",
        reason_name="死亡", asked_on=NOW.date(), own_fen=35000, evidence="死亡证明",
        file=files.take_in(campaign, SourceFile.Kind.EVIDENCE, "证明.png", photo, bob, NOW),
        proposed_at=NOW, proposed_by=bob,
    )  # fmt: skip
    sent = files.take_in(
        campaign, SourceFile.Kind.SENT, "退费清单.csv", BytesIO(county.stem.encode()), alice, NOW
    )
    export = TaxExport.objects.create(
        campaign=campaign, kind="refunds", number=1, layout="tax-refunds", until=NOW, rows=1,
        fen=100, why="退费", file=sent, made_by=alice,
    )  # fmt: skip
    refund = TaxRefund.objects.create(
        export=export, payment_id=-stop.pk, row=1, fen=100, reason="多缴"
    )
    people = files.take_in(
        campaign, SourceFile.Kind.TAX_PEOPLE, "名单.csv", BytesIO(b"people"), grace, NOW
    )
    counts = dict.fromkeys(TaxPerson.Outcome.values, 0)
    TaxComparison.objects.create(campaign=campaign, file=people, at=NOW, by=grace, counts=counts)
    county.ids |= {"stop_id": stop.pk, "export_id": export.pk, "refund_id": refund.pk}
    county.ids["people_file_id"] = people.pk


def _collect(county: County, village: Any, order: int) -> None:
    """Erin's cash of somebody, their batch with a slip and its photo, and a line of the bank."""
    from payments.collection import batches, services, slips, statements
    from payments.models import BankLine

    erin, how = county.cast["erin"], {"by": county.cast["erin"], "now": NOW}
    payer = _register(county, village, number("19800101", order + 5), "钱六", order + 5)
    (taking,) = services.take_cash(county.campaign, [payer.pk], by=erin, at=NOW, now=NOW)
    (batch,) = batches.make_batches(county.campaign, village, **how)
    said = slips.Written(
        "农信社", "1", "医保", "一组", "transfer", "7", NOW.date(), 1, 1, "刘", "1"
    )
    photo = ("缴款单.png", BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(8)))
    slip = slips.enter_slip(batch, written=said, attachment=photo, **how)
    data = "交易日期,贷方金额\n2022-11-01,1\n".encode("gb18030")
    statement = statements.take_in_statement(
        county.campaign, name="对账单.csv", data=data, by=county.cast["alice"], now=NOW
    )
    line = BankLine.objects.get(statement=statement)
    county.ids |= {"taking_id": taking.pk, "collection_id": batch.pk, "slip_id": slip.pk}
    county.ids |= {"statement_id": statement.pk, "bank_line_id": line.pk}


def _decide(county: County) -> None:
    """What was set aside once of the payment, with a photo, and a view that Alice keeps."""
    from enrollment import files
    from enrollment.models import SourceFile
    from payments.models import Decision, SavedView

    alice, photo = county.cast["alice"], BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(8))
    kind = SourceFile.Kind.PROOF
    decision = Decision.objects.create(
        campaign=county.campaign, payment_id=county.ids["payment_id"], kind="hold", reason="other",
        evidence_file=files.take_in(county.campaign, kind, "证明.png", photo, alice, NOW),
        bulk=UUID(int=2), proposed_at=NOW, proposed_by=alice, ended_at=NOW, ended_by=alice,
        ended_why="查清了",
    )  # fmt: skip
    view = SavedView.objects.create(
        campaign=county.campaign, user=alice, name="老的", query="older=10", made_at=NOW
    )
    county.ids |= {"decision_id": decision.pk, "view_id": view.pk}


def _check_and_fund(county: County) -> None:
    """A run of the books, and fiscal money that Alice entered."""
    from reports.finance import receipts
    from reports.models import BooksRun

    alice = county.cast["alice"]
    run = BooksRun.objects.create(
        campaign=county.campaign, at=NOW, known_at=NOW, by=alice, cause="command", ok=True,
        milliseconds=1, checks=[],
    )  # fmt: skip
    row = receipts.enter_receipt(
        county.campaign, funder="省级财政", fen=100, received_on=NOW.date(), document="1号",
        note="", by=alice, now=NOW, at=NOW,
    )  # fmt: skip
    county.ids |= {"run_id": run.pk, "receipt_id": row.pk}


def _bring_register(county: County, village: Any) -> None:
    """Brought back by Erin; no worker has read it yet."""
    from payments.register.returning import take_in_register

    returned = take_in_register(
        county.campaign, village, name="清册.xlsx", source=BytesIO(b"a register"),
        by=county.cast["erin"], now=NOW,
    )  # fmt: skip
    county.ids["return_id"] = returned.pk


def _claim(county: County) -> None:
    """Bob's entry of what the person says that nobody saw arrive, with a screenshot."""
    from enrollment.models import Resident
    from payments.claims import services

    person = Resident.objects.get(pk=county.ids["resident_id"])
    photo = ("截图.png", BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(8)))
    row = services.enter_claim(
        county.campaign, person, told=services.Told(NOW.date(), "微信", 12300), screenshot=photo,
        by=county.cast["bob"], now=NOW,
    )  # fmt: skip
    county.ids["claim_id"] = row.pk


def _prove_elsewhere(county: County, village: Any, order: int) -> None:
    """Bob's entry, of somebody who is not registered, with a photo."""
    from config.lib import names
    from enrollment.models import Resident
    from subsidies.elsewhere import services

    person = Resident.objects.create(
        name="孙外", name_key=names.name_key("孙外"), pinyin=names.pinyin_key("孙外"), sex="M",
        born_on=NOW.date().replace(year=1990), category="1501", village=village, known_at=NOW,
    )  # fmt: skip
    paid = services.Paid(NOW.date(), "外省某县", "微信", 38000, f"外{order}")
    photo = ("凭证.png", BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(8)))
    row = services.enter_proof(
        county.campaign, person, paid=paid, attachment=photo, by=county.cast["bob"], now=NOW
    )
    county.ids["proof_id"] = row.pk


def _list_on_behalf(county: County, place: Any) -> None:
    """A list of the township that nobody is on."""
    from hashlib import sha256

    from reports.on_behalf.queries import LAYOUT, file_of
    from subsidies.models import OnBehalfList

    row = OnBehalfList.objects.create(
        campaign=county.campaign, region=place, number=1, layout=LAYOUT, people=0, fen=0,
        sha256=sha256(file_of(county.campaign, place, [])).hexdigest(), made_at=NOW,
        made_by=county.cast["alice"],
    )  # fmt: skip
    county.ids["list_id"] = row.pk


def _plan(county: County, place: Any) -> None:
    """A target set of a name that no other county has."""
    from quotas.services import Figure, import_figures

    import_figures(
        campaign=county.campaign, slug=f"{county.stem}-plan", title="计划",
        figures=[Figure(place.pk, 5)], by=county.cast["dana"], now=NOW,
    )  # fmt: skip


def _register_and_pay(county: County, village: Any, folder: Path, order: int) -> None:
    from enrollment import changes, jobs
    from enrollment.models import Job
    from payments.models import Payment
    from payments.pages.intake import take_in_payments

    county.paper = number("19800101", order)
    paid = _register(county, village, county.paper, "王小明", order)
    unpaid = _register(county, village, number("19800101", order + 1), "李四", order + 1)
    county.ids = {"resident_id": paid.resident_id, "registration_id": unpaid.pk}
    path = folder / "payments.csv"
    line = Row(number=county.paper, receipt=f"3411352211180{order:05d}", township="", village="")
    path.write_bytes(text([line]).encode("gb18030"))
    with path.open("rb") as source:
        file = take_in_payments(
            county.campaign, name=path.name, source=source, by=county.cast["grace"], now=NOW
        )
    jobs.run(file.job_id)
    assert Job.objects.get(pk=file.job_id).state == "done"
    changes.consume()
    payment = Payment.objects.get(campaign_id=county.campaign.pk)
    assert payment.standing == "matched"
    county.ids |= {"file_id": file.pk, "job_id": file.job_id, "payment_id": payment.pk}


def _pay_out(county: County) -> None:
    """A draft of a batch, and in it what falls to the person who paid."""
    from datetime import date

    from config.lib.siv import seal
    from enrollment.models import Registration
    from subsidies.models import PayOut, PayOutBatch

    account = seal("6217000012345678901")
    paid = Registration.objects.get(campaign=county.campaign, resident_id=county.ids["resident_id"])
    amount = PayOut.objects.create(
        campaign=county.campaign, resident=paid.resident, registration=paid, kind="reimbursement",
        fen=8000, due_month=date(2022, 12, 1), account=account, account_fault="", known_at=NOW,
    )  # fmt: skip
    batch = PayOutBatch.objects.create(
        campaign=county.campaign, month=date(2022, 12, 1), made_at=NOW, made_by=county.cast["alice"]
    )
    transfer = batch.transfers.create(
        pay_out=amount, line=1, name="王小明", account=account, fen=8000
    )
    answer = batch.answers.create(
        name="回盘.csv", sha256="0" * 64, taken_in_at=NOW, taken_in_by=county.cast["alice"], read=1,
        paid=1, returned=0, known=0,
    )  # fmt: skip
    county.ids |= {"pay_out_id": amount.pk, "batch_id": batch.pk, "transfer_id": transfer.pk}
    county.ids["answer_id"] = answer.pk


def _roster(county: County, order: int) -> None:
    """Frank's list: one row, whose word nobody knows, read by columns that he chose."""
    from enrollment import jobs
    from subsidies import wizard_acts
    from subsidies.models import ColumnChoice, RosterLine
    from subsidies.rosters import chosen

    content = f"姓名,身份证号,类别\n李四,{number('19800101', order + 1)},低保-7019\n"
    roster = wizard_acts.upload(
        county.campaign, name="名单.csv", stream=BytesIO(content.encode()), source="civil-affairs",
        category="", as_of=NOW.date(), region=None, by=county.cast["frank"], now=NOW,
    )  # fmt: skip
    words, columns = ["姓名", "身份证号", "类别"], {"name": 0, "number": 1, "category": 2}
    chosen.keep(roster=roster, words=words, columns=columns, by=county.cast["frank"], now=NOW)
    jobs.run(roster.file.job_id)
    choice = ColumnChoice.objects.get(campaign=county.campaign)
    line = RosterLine.objects.get(file=roster.file)
    assert line.outcome == "waiting"
    county.ids |= {"roster_id": roster.pk, "line_id": line.pk, "choice_id": choice.pk}


def _register(county: County, village: Any, paper: str, name: str, order: int) -> Any:
    from enrollment.services.people import Person
    from enrollment.services.registrations import register_one

    person = Person(
        kind="resident_id", number=paper, name=name, category="1501", village=village,
        born_on=at("1980-01-01").date(), sex="M",
    )  # fmt: skip
    receipt = register_one(
        campaign=county.campaign, person=person, by=county.cast["bob"], now=NOW,
        save_key=UUID(int=1000 + order),
    )  # fmt: skip
    return receipt.registration


def _rank(county: County, place: Any) -> None:
    """One published, and a week later one that is a draft; a place is disqualified."""
    from reports.appraisal.services import disqualify
    from reports.rankings.services import freeze_ranking, publish_ranking

    facts = {
        "campaign": county.campaign,
        "kind": "weekly",
        "target_set": county.campaign.target_sets.get(),
        "by": county.cast["dana"],
        "now": NOW,
    }
    published = freeze_ranking(as_of=at("2022-11-18 17:00"), **facts)
    publish_ranking(published, by=county.cast["dana"], now=NOW)
    row = disqualify(
        campaign=county.campaign, region=place, reason="虚报", by=county.cast["dana"], now=NOW
    )
    county.ids["disqualification_id"] = row.pk
    draft = freeze_ranking(as_of=at("2022-11-18 17:00") + timedelta(days=7), **facts)
    county.ids["ranking_id"], county.draft = published.pk, draft.pk
