"""What tests of the roster pages say: addresses, rows of a list, the worker's part."""

from typing import Any

from enrollment import jobs
from enrollment.models import SourceFile
from subsidies.models import Roster
from tests.enrollment.people import number

ROSTERS = "/c/small-2023/rosters/"
WANG, LI, ZHAO, SUN = (number("19800101", order) for order in (1, 2, 3, 4))
CUT = WANG[:15] + "000"


def worked(roster: Roster) -> Roster:
    """What the worker does with the job that stands."""
    jobs.run(SourceFile.objects.get(pk=roster.file_id).job_id)
    return Roster.objects.select_related("file__job").get(pk=roster.pk)


def person(name: str, paper: str, word: str = "一般低保户", **more: str) -> dict[str, str]:
    return {"姓名": name, "身份证号": paper, "类别": word, **more}


def address(roster: Roster, rest: str = "") -> str:
    return f"{ROSTERS}{roster.pk}/{rest}"


def post(client: Any, roster: Roster, rest: str, **body: Any) -> Any:
    answer = client.post(address(roster, rest), body)
    assert answer.status_code == 302, answer.content.decode()
    return answer


def page(client: Any, roster: Roster, query: str = "") -> Any:
    return client.get(address(roster) + query)


def values(answer: Any) -> dict[str, int]:
    return {part["key"]: part["value"] for part in answer.context["equation"]}
