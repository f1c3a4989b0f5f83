"""Who bears a hardship category: a roster of made-up people, and what it means for households."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

from enrollment.facts import Mark
from enrollment.generate.people import Household
from enrollment.generate.tables import CsvFile
from enrollment.notice import Policy

COLUMNS = ("姓名", "证件号码", "类别", "级别", "认定日期")
NAME = "roster.csv"

Marks = dict[int, tuple[Mark, ...]]  # place in the household → their marks, by category
NOBODY: Marks = {}


class Roster:
    """Writes NAME, a row for each person marked; nobody twice, nobody new in the register."""

    def __init__(
        self, policy: Policy, share: float, *, seed: int, opens_on: date, folder: Path
    ) -> None:
        rules = policy["subsidies"]
        self._random = Random(f"{seed}/hardship")
        self._share = share
        self._rules = [rule for rule in rules.categories if not rule.without_roster]
        self._household = frozenset(rules.household_keys)
        last = min(filter(None, (opens_on, rules.recognised_until)))
        self._recognised_on = last - timedelta(days=15)
        self._file = CsvFile(folder / NAME, "utf-8-sig")
        self._file.row(COLUMNS)

    def marks(self, household: Household) -> Marks:
        """The marks of a household's members, those included that one brings to all."""
        own: dict[int, Mark] = {}
        for place, person in enumerate(household.members):
            if person.newcomer or self._random.random() >= self._share or not self._rules:
                continue
            rule = self._random.choice(self._rules)
            grade = self._random.choice(rule.grades) if rule.grades else ""
            own[place] = Mark(rule.key, grade, self._recognised_on)
            self._file.row((
                person.name, person.number, rule.name, grade, self._recognised_on.isoformat(),
            ))  # fmt: skip
        if not own:
            return NOBODY
        found: Marks = {}
        for place in range(len(household.members)):
            held = {own[place].category: own[place]} if place in own else {}
            for mark in sorted(own.values(), key=lambda each: each.grade):
                if mark.category in self._household:
                    held.setdefault(mark.category, mark)
            if held:
                found[place] = tuple(held[category] for category in sorted(held))
        return found

    def close(self) -> None:
        self._file.close()
