"""Policies for the tests of this folder: only what subsidies ask for."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from django.utils import translation

from enrollment.errors import Refused
from enrollment.facts import Facts, Mark
from enrollment.notice import read_policy
from enrollment.ports import Subsidy
from subsidies.rules import subsidy_for

FEE = 35000
HEAD = """
[document]
title = "关于某某的通知"
number = "某政办〔2022〕1号"
issued_on = 2022-09-01
issuers = ["某县人民政府办公室"]
"""


def policy(text: str) -> Any:
    """The rules of a notice that has [subsidies] as given; coverage begins on 2023-01-01."""
    rules = read_policy(HEAD + text)["subsidies"]
    campaign = SimpleNamespace(coverage_from=date(2023, 1, 1))
    return {"subsidies": rules, "campaign": campaign}


def problems(text: str) -> list[str]:
    """What a notice with these [subsidies] is refused for, in English; lines count from the first
    of the text."""
    try:
        with translation.override("en"):
            read_policy(text + HEAD)
    except Refused as refused:
        return [str(message) for message in refused.messages]
    return []


def found(rules: Any, *marks: Mark | str, fee: int = FEE, fiscal: int = 0, **facts: Any) -> Subsidy:
    held = tuple(Mark(each) if isinstance(each, str) else each for each in marks)
    return subsidy_for(rules, Facts(marks=held, **facts), fee, fiscal)


def parts(subsidy: Subsidy) -> tuple[int, int, int]:
    """On behalf, deducted, reimbursed; in fen."""
    return (subsidy.on_behalf_fen, subsidy.deducted_fen, subsidy.reimbursed_fen)


def category(key: str, body: str, words: str = "words") -> str:
    return f"""
[[subsidies.categories]]
key = "{key}"
name = "{key} people"
clause = "clause {key}"
words = "{words}"
{body}
"""


LOCAL = """
[[subsidies.supplements]]
key = "local"
name = "local supplement"
to = ["low", "lifted"]
when = { age = { from = 60 } }
grant = "amount"
amount_fen = 5000
how = "deducted"
clause = "local"
words = "50 yuan besides for the old"
"""
