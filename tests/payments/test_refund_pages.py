"""Pages of refunds, of what goes out to the tax bureau, and of the comparison."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.payments.lines import LI, WANG, Row
from tests.payments.refunding import give_back

pytestmark = pytest.mark.django_db(databases=["default", "progress"])


@pytest.fixture
def paid(campaign: Any, take: Any, wang: Any, register: Any) -> Any:
    give_back(campaign)
    row = register(wang)
    take([Row()])
    return row


@pytest.fixture
def page(campaign: Any, sign_in: Any, monkeypatch: Any) -> Any:
    """page("alice", "refund-requests", 3, step="approve") → the response, GET without fields."""
    from django.urls import reverse

    from enrollment import clock
    from tests.payments.refunding import NOW

    monkeypatch.setattr(clock, "now", lambda _campaign=None: NOW)

    def asked(who: str, name: str, *ids: int, query: str = "", **fields: Any) -> Any:
        client = sign_in(who)
        url = reverse(name, args=[campaign.slug, *ids])
        if fields:
            return client.post(url, fields, follow=True)
        return client.get(url + query)

    return asked


def text(response: Any) -> str:
    return response.content.decode()


def ask_for(page: Any, registration: Any) -> Any:
    from payments.models import Stop

    page(
        "bob", "refund-request-entry", registration.resident_id, reason="death",
        evidence="死亡证明 12 号",
    )  # fmt: skip
    return Stop.objects.get()


def test_before_anything_is_kept_the_page_says_what_comes_back_and_by_which_clause(page, paid):
    said = text(page("bob", "refund-request-entry", paid.resident_id))
    assert "350.00" in said
    assert "缴费期内可申请退费，只退个人缴费部分" in said
    assert "文件未规定此项退费" in said  # of the other reasons


def test_where_the_notice_gives_nothing_back_there_is_no_form(page, campaign, wang, register, take):
    row = register(wang)
    take([Row()])
    said = text(page("bob", "refund-request-entry", row.resident_id))
    assert "文件没有规定退费情形" in said and "提交审批" not in said


def test_a_clerk_asks_the_bureau_approves_and_the_tax_bureau_gets_the_list(page, paid):
    from payments.models import TaxExport

    stop = ask_for(page, paid)
    own = text(page("bob", "refund-request", stop.pk))
    assert "城乡居民基本医疗保险停保或流出登记表" in own  # on paper
    assert 'value="approve"' not in own
    assert 'value="withdraw"' in own
    assert 'value="approve"' in text(page("alice", "refund-request", stop.pk))
    page("alice", "refund-request-step", stop.pk, step="approve")
    assert "待送税务" in text(page("alice", "refund-request", stop.pk))
    page("alice", "refund-lists", why="每周")
    row = TaxExport.objects.get()
    answer = page("alice", "tax-export-file", row.pk, why="送税务")
    assert WANG in b"".join(answer.streaming_content).decode("gb18030")
    assert "等待税务退费 0 天" in text(page("bob", "refund-request", stop.pk))
    queue = text(page("alice", "refund-requests", query="?state=sent"))
    assert WANG not in queue
    assert "4113****2511" in queue


@pytest.mark.parametrize(
    ("state", "who", "rows"),
    [("to_approve", "bob", 1), ("to_approve", "charlie", 0), ("stopped", "bob", 0)],
)
def test_a_clerk_sees_the_requests_of_the_own_township(state, who, rows, page, paid):
    ask_for(page, paid)
    answer = page(who, "refund-requests", query=f"?state={state}")
    assert len(answer.context["stops"]) == rows
    assert {each.state for each in answer.context["figures"]} == {
        "to_approve", "stopped", "taken_back",
    }  # fmt: skip


def test_a_clerk_of_another_township_is_told_of_nobody(page, paid):
    assert page("charlie", "refund-request-entry", paid.resident_id).status_code == 404


def test_a_refund_of_the_desk_can_be_called_back_from_the_list(
    page, campaign, take, wang, register
):
    from payments.models import TaxRefund

    register(wang)
    take([Row(yuan="360")])
    page("alice", "refund-lists", why="每周")
    row = TaxRefund.objects.get()
    page("alice", "refund-call-back", row.pk, why="税务来电")
    row.refresh_from_db()
    assert not row.live
    assert len(page("alice", "refund-requests", query="?state=to_send").context["lines"]) == 1


def test_the_tax_bureau_takes_the_file_of_changes_itself(page, campaign, paid):
    from enrollment import jobs
    from enrollment.models import Job
    from payments.models import TaxExport

    assert page("grace", "tax-exports").context["waiting"].new == 1
    assert page("grace", "tax-exports", why="x y").status_code == 403
    assert "正在生成文件" in text(page("alice", "tax-exports", why="每周变更"))
    jobs.run(Job.objects.get(kind="payments.tax_export").pk)
    row = TaxExport.objects.get()
    assert page("alice", "tax-exports").context["waiting"].rows == 0
    taken = page("grace", "tax-export-file", row.pk, why="导入")
    assert WANG in b"".join(taken.streaming_content).decode("gb18030")


def test_a_list_of_people_is_compared_and_its_outcomes_are_lists(page, campaign, paid):
    from enrollment import jobs
    from enrollment.models import AuditEntry, SourceFile

    content = f"姓名,证件号码\r\n王晓明,{WANG}\r\n李丽,{LI}\r\n".encode()
    page("grace", "tax-comparisons", file=SimpleUploadedFile("名单.csv", content))
    file = SourceFile.objects.get(kind="tax_people")
    jobs.run(file.job_id)
    shown = page("alice", "tax-comparison", file.pk, query="?outcome=other_name")
    assert "王晓明" in text(shown)
    assert "王小明" in text(shown)
    assert WANG not in text(shown)
    book = page("alice", "tax-comparison-workbook", file.pk, outcome="only_there", why="下发乡镇")
    assert book.content[:2] == b"PK"
    assert AuditEntry.objects.get(action="take_out_tax_comparison").why == "下发乡镇"


def test_a_list_that_cannot_be_read_says_why(page, campaign):
    from enrollment import jobs
    from enrollment.models import SourceFile

    page("alice", "tax-comparisons", file=SimpleUploadedFile("x.csv", b"a,b\r\n1,2\r\n"))
    file = SourceFile.objects.get(kind="tax_people")
    jobs.run(file.job_id)
    assert "证件号码" in text(page("alice", "tax-comparison", file.pk))
