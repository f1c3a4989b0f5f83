"""A village's register that goes out, and comes back."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from tests.payments.lines import Row
from tests.payments.register.world import ALONE, FIVE, NOW, SON, WIFE, ZHAO


@pytest.fixture
def issue(campaign: Any, cast: Any, places: Any) -> Any:
    """issue("north-1", …) → the registers, made by Erin."""
    from payments.register.services import issue_registers

    def made(*villages: str, **how: Any) -> Any:
        known = {"form": "workbook", "by": cast["erin"], "now": NOW}
        return issue_registers(campaign, [places[key] for key in villages], **{**known, **how})

    return made


@pytest.fixture
def family(make_resident: Any, register: Any, take: Any) -> dict[str, Any]:
    """A household of three in group 5: Zhao paid, his wife owes, his son is not registered; a man
    of no household who is not registered, and one for whom the county pays."""
    people = {
        "zhao": make_resident("赵建国", number=ZHAO, household="0512"),
        "wife": make_resident("王秀英", number=WIFE, household="0512"),
        "son": make_resident("赵鹏", number=SON, household="0512"),
        "alone": make_resident("郝全喜", number=ALONE),
        "five": make_resident("赵德山", number=FIVE),
    }
    home = people["zhao"].household
    home.group_no = "5"
    home.save()
    for who, relation in (("zhao", "本人"), ("wife", "配偶"), ("son", "长子")):
        people[who].relation = relation
        people[who].phone = "13800006027" if who == "zhao" else None
        people[who].household = home
        people[who].save()
    register(people["zhao"])
    register(people["wife"])
    register(people["five"], own=0, on_behalf=35000)
    take([Row(number=ZHAO, name="赵建国", receipt="1", village="", township="")])
    return people


@pytest.fixture
def handed_out(campaign: Any, family: Any, issue: Any) -> Callable[..., bytes]:
    """handed_out("north-1") → a workbook as it went out."""
    from payments.register import exports, queries

    def made(*villages: str, **how: Any) -> bytes:
        return exports.workbook(issue(*villages, **how), queries.heading(campaign), NOW)

    return made


@pytest.fixture
def bring(campaign: Any, cast: Any, places: Any) -> Any:
    """bring(content) → the RegisterReturn, read; brought by Erin for her village."""
    from enrollment.jobs import Progress
    from payments.register import returning

    def brought(content: bytes, by: str = "erin", region: str = "north-1", now: Any = NOW) -> Any:
        made = returning.take_in_register(
            campaign, places[region], name="清册.xlsx", source=BytesIO(content), by=cast[by],
            now=now,
        )  # fmt: skip
        returning.read_back(made, by=cast[by], now=now, progress=Progress(None))
        made.file.refresh_from_db()
        return made

    return brought


@pytest.fixture
def decide(campaign: Any, cast: Any) -> Any:
    """decide() accepts everything that waits, as Bob of the township; → Decided."""
    from payments.models import RegisterProposal
    from payments.register import deciding

    def decided(by: str = "bob", now: Any = NOW) -> Any:
        waiting = RegisterProposal.objects.filter(state="proposed").order_by("pk")
        ids = list(waiting.values_list("pk", flat=True))
        return deciding.accept(campaign, ids, by=cast[by], now=now)

    return decided
