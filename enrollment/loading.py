"""What apps above add to the loading of a notice: the notice door's other half."""

from collections.abc import Callable
from typing import Any

from enrollment.models import Campaign
from enrollment.notice import Policy

_after: list[Callable[[Campaign], Any]] = []
_describe: list[Callable[[Policy], dict[str, Any]]] = []
_gaps: list[Callable[[Policy], list[str]]] = []


def after_load(function: Callable[[Campaign], Any]) -> None:
    """`function(campaign)` runs in the transaction that loads the notice; Refused undoes it all."""
    _after.append(function)


def describe(function: Callable[[Policy], dict[str, Any]]) -> None:
    """`function(policy)` adds facts to what `load_notice` answers."""
    _describe.append(function)


def readiness(function: Callable[[Policy], list[str]]) -> None:
    """`function(policy)` says in sentences what is missing before a campaign is ready."""
    _gaps.append(function)


def run_after_load(campaign: Campaign) -> None:
    for function in _after:
        function(campaign)


def description(policy: Policy) -> dict[str, Any]:
    return {key: value for function in _describe for key, value in function(policy).items()}


def gaps(policy: Policy) -> list[str]:
    return [sentence for function in _gaps for sentence in function(policy)]
