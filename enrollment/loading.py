"""What apps above add to the loading of a notice: the notice door's other half."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from enrollment.models import Campaign
from enrollment.notice import Policy
from enrollment.policy.paragraphs import Paragraph
from enrollment.policy.values import Vocabulary

Describer = Callable[[Policy], list[Paragraph]]


@dataclass(frozen=True)
class Readiness:
    """One thing a campaign needs. `state`: "ready", "missing" (an exception when it is opened) or
    "blocking" (it cannot be opened). `figure` leads to `url`; `todo` is done on the page `where`
    at `todo_url`, or says who does it elsewhere; `gaps` is what exceptions say."""

    key: str
    title: str
    state: str
    figure: str
    todo: str = ""
    url: str = ""
    where: str = ""
    todo_url: str = ""
    gaps: tuple[str, ...] = ()


READY, MISSING, BLOCKING = "ready", "missing", "blocking"

_after: list[Callable[[Campaign], Any]] = []
_describe: list[Callable[[Policy], dict[str, Any]]] = []
_gaps: list[Callable[[Policy], list[str]]] = []
_readiness: list[Callable[[Campaign], Iterable[Readiness]]] = []
_sections: dict[str, tuple[Any, Describer]] = {}
_names: dict[str, Callable[[Policy], Mapping[Any, str]]] = {}
_keys: dict[str, Any] = {}
_choices: dict[str, Mapping[Any, Any]] = {}


def after_load(function: Callable[[Campaign], Any]) -> None:
    """`function(campaign)` runs in the transaction that loads the notice; Refused undoes it all."""
    _after.append(function)


def describe(function: Callable[[Policy], dict[str, Any]]) -> None:
    """`function(policy)` adds facts to what `load_notice` answers."""
    _describe.append(function)


def describe_section(name: str, function: Describer, title: Any = "") -> None:
    """`function(policy)` says a section in plain words; `title` heads its panel."""
    _sections[name] = (title, function)


def name_values(field: str, function: Callable[[Policy], Mapping[Any, str]]) -> None:
    """`function(policy)`: what the notice calls the keys that a condition's field, or a key of a
    section, refers to."""
    _names[field] = function


def name_keys(names: Mapping[str, Any]) -> None:
    """What keys and tables of the language are called; "table.key" where a table differs."""
    _keys.update(names)


def name_choices(choices: Mapping[str, Mapping[Any, Any]]) -> None:
    """What the words are called that a key may have as its value; keys as in `name_keys`."""
    _choices.update(choices)


def readiness(function: Callable[[Policy], list[str]]) -> None:
    """`function(policy)` says in sentences what is missing before a campaign is ready."""
    _gaps.append(function)


def readiness_of(function: Callable[[Campaign], Iterable[Readiness]]) -> None:
    """`function(campaign)` tells how far something the campaign needs has come."""
    _readiness.append(function)


def run_after_load(campaign: Campaign) -> None:
    for function in _after:
        function(campaign)


def description(policy: Policy) -> dict[str, Any]:
    return {key: value for function in _describe for key, value in function(policy).items()}


def describer(name: str) -> tuple[str, Describer | None]:
    """Title and describer of a section; its own name and None where no app describes it."""
    title, function = _sections.get(name, (name, None))
    return str(title or name), function


def names(policy: Policy) -> dict[str, Mapping[Any, str]]:
    """Field of a condition → what its keys are called."""
    return {field: function(policy) for field, function in _names.items()}


def vocabulary(policy: Policy) -> Vocabulary:
    return Vocabulary(_keys, _choices, names(policy))


def gaps(policy: Policy) -> list[str]:
    return [sentence for function in _gaps for sentence in function(policy)]


def readiness_items(campaign: Campaign) -> list[Readiness]:
    """In the order in which the apps were asked: the ground floor's first."""
    return [item for function in _readiness for item in function(campaign)]
