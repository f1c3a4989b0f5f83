"""One pass over the people: who pays when, which case befalls whom, and the files written."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from enrollment.generate import names
from enrollment.generate.pace import DAY
from enrollment.generate.people import Household, Person, Population
from enrollment.generate.plan import Plan
from enrollment.generate.schedule import Schedule
from enrollment.generate.tables import (
    REGISTRATION_COLUMNS,
    RESIDENT_COLUMNS,
    TIER,
    CsvFile,
    place,
    resident_row,
)

from .cases import Cases
from .charge import Charge
from .dues import Due, Dues, OneDue, Priced
from .files import CHANNELS, COLLECTED, Layout, PaymentFile
from .lines import Line
from .roster import NAME as ROSTER
from .roster import NOBODY, Marks, Roster
from .truth import LineTruth, Tally, write_truth

OPENS, SHUTS = 7 * 3600, 22 * 3600 + 1800  # when people pay by phone
EVERY = 20_000  # people between two calls of `progress`


def generate(
    plan: Plan, charge: Charge, folder: Path, progress: Callable[[int], None] = lambda done: None
) -> dict[str, Any]:
    """Write all files (this package's docstring). `progress` hears how many people are done.

    Out:    files (names), residents, registrations, payment_lines, cases: counts.
    Cost:   one pass, memory independent of the number of people but for one counter for each
            prefix, birth date and sex.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("payments-[0-9][0-9]*.*"), *folder.glob(ROSTER)):
        old.unlink()
    return Run(plan, charge, folder).write(progress)


class Run:
    def __init__(self, plan: Plan, charge: Charge, folder: Path) -> None:
        self.plan, self.charge, self.folder = plan, charge, folder
        self.population = Population(plan)
        self.calendar = self.population.calendar
        self.span = charge.days * DAY if charge.days else plan.length
        self.dues: Dues = Priced(charge.policy, plan) if charge.policy else OneDue(charge.due_fen)
        self.roster = (
            Roster(
                charge.policy,
                charge.hardship,
                seed=plan.seed,
                opens_on=plan.opens_at.date(),
                folder=folder,
            )
            if charge.policy and charge.hardship
            else None
        )
        self.cases = Cases(self.population, self.receipt, self.span, self.dues.taken_from)
        self.schedule = Schedule(charge.cases, plan.people, Random(f"{plan.seed}/cases"))
        self.layout = Layout(charge, self.calendar, self.span, plan.end)
        self.files: dict[int, tuple[PaymentFile, LineTruth]] = {}
        self.told: Counter[str] = Counter()
        self.owed: set[int] = set()
        self.refused: dict[tuple[tuple[str, Any], ...], list[int]] = {}  # why → lines
        self.units = {unit.key: Counter(people=0, registered=0, enrolled=0) for unit in plan.units}
        self._receipts = 0

    def receipt(self, paid_at: int) -> str:
        """The next receipt number: 18 digits that begin like the place and the month."""
        self._receipts += 1
        month = self.calendar.day(paid_at)[2:7].replace("-", "")
        return f"3{self.charge.prefix}{month}{self._receipts:07d}"

    def write(self, progress: Callable[[int], None]) -> dict[str, Any]:
        residents = registrations = done = 0
        register = CsvFile(self.folder / "residents.csv", "utf-8-sig")
        coming = CsvFile(self.folder / "registrations.csv", "utf-8-sig")
        register.row(RESIDENT_COLUMNS)
        coming.row((*REGISTRATION_COLUMNS, TIER) if self.dues.tiers else REGISTRATION_COLUMNS)
        random = Random(f"{self.plan.seed}/payments")
        for household in self.population.households():
            written = place(random, household.village)
            unit = self.units[household.unit.key]
            marks = self.roster.marks(household) if self.roster else NOBODY
            dues: list[Due | None] = []
            for at, person in enumerate(household.members):
                row = resident_row(household, person, written)
                due = None
                if not person.newcomer:
                    residents += 1
                    unit["people"] += 1
                    register.row(row)
                if person.registered is not None:
                    registrations += 1
                    due = self.dues.due(person, marks.get(at, ()))
                    if due.refused is not None:
                        self.refused.setdefault(due.refused, []).append(registrations + 1)
                    else:
                        unit["registered"] += 1
                        self.owed.add(due.own_fen)
                    told = (*row, self.calendar.instant(person.registered))
                    coming.row((*told, self.dues.tier_of(person)) if self.dues.tiers else told)
                dues.append(due)
            for line in self.payments(random, household, marks, dues):
                self.put(line)
            if residents >= done + EVERY:
                done = residents
                progress(done)
        register.close()
        coming.close()
        if self.roster:
            self.roster.close()
        names_of_files, total = self.finish()
        people = ["residents.csv", "registrations.csv", *([ROSTER] if self.roster else [])]
        return {
            "files": [*people, *names_of_files, "truth.json"],
            "residents": residents,
            "registrations": registrations,
            "refused": sum(map(len, self.refused.values())),
            "payment_lines": total.totals()["read"],
            "cases": dict(self.told),
        }

    def payments(
        self, random: Random, household: Household, marks: Marks, dues: list[Due | None]
    ) -> Iterator[Line]:
        """All lines this household causes, in the order in which they are written."""
        draw = random.random
        channel = CHANNELS[int(draw() * len(CHANNELS))]
        together = draw() < self.charge.families
        receipt, paid_at = "", 0
        wait = self.wait(random)
        for at, (person, due) in enumerate(zip(household.members, dues, strict=True)):
            self.schedule.step()
            if due is None or person.registered is None:
                yield from self.without_registration(random, household, person, channel)
                continue
            if due.refused is not None:
                continue
            settled = not due.own_fen
            paying, theirs = draw() < self.charge.paying, marks.get(at, ())
            if paying and due.own_fen:
                alone = not together or not receipt
                if alone or self.dues.pays_at(person, theirs, paid_at) != paid_at:
                    paid_at = self.paying_second(random, person.registered, wait)
                    taken = self.dues.pays_at(person, theirs, paid_at)
                    paid_at = self.plan.end if taken is None else taken
                    if paid_at < self.plan.end:
                        receipt = self.receipt(paid_at)
                if paid_at < self.plan.end:
                    line = self.plain(household, person, due, paid_at, receipt, channel)
                    for each in self.lines(random, line):
                        settled |= each.is_payment and each.standing == "matched"
                        yield each
            if settled and due.on_behalf_fen:
                settled = False
                for line in self.on_behalf(household, person, due, person.registered):
                    settled = True
                    yield line
            self.units[household.unit.key]["enrolled"] += settled

    def lines(self, random: Random, line: Line) -> list[Line]:
        if names.DOT in line.name:
            line.name = names.other_dot(random, line.name)
            line.case = "other_dot"
            self.told["other_dot"] += 1
        return self.befall(random, line) if self.schedule.waiting else [line]

    def on_behalf(
        self, household: Household, person: Person, due: Due, registered: int
    ) -> Iterator[Line]:
        """What a treasury pays for the person a day later, if there is time."""
        paid_at = self.dues.taken_from(registered + DAY)
        if paid_at is None or paid_at >= self.plan.end:
            return
        self.told["on_behalf"] += 1
        line = self.plain(household, person, due, paid_at, self.receipt(paid_at), COLLECTED)
        line.fen = line.due = due.on_behalf_fen
        line.mark, line.case = "困难群众", "on_behalf"
        yield line

    def wait(self, random: Random) -> int:
        """Whole days from registration to payment: mostly none."""
        draw = random.random()
        if draw < 0.6:
            return 0
        return 1 + int(random.expovariate(0.35 if draw < 0.9 else 0.1))

    def paying_second(self, random: Random, registered: int, wait: int) -> int:
        if not wait:
            return registered + 180 + int(random.random() * 3600)
        day = registered // DAY + wait
        return day * DAY + OPENS + int(random.random() * (SHUTS - OPENS))

    def plain(
        self,
        household: Household,
        person: Person,
        due: Due,
        paid_at: int,
        receipt: str,
        channel: str,
    ) -> Line:
        return Line(
            file=paid_at // self.span,
            household=household,
            name=person.name,
            kind=person.kind,
            number=person.number,
            fen=due.own_fen,
            paid_at=paid_at,
            receipt=receipt,
            channel=channel,
            due=due.own_fen,
            amount=due.amount,
        )

    def befall(self, random: Random, line: Line) -> list[Line]:
        """The first waiting case that fits this payment happens to it."""
        if line.case:
            return [line]
        for case in self.schedule.waiting:
            if case != "not_registered" and self.cases.fits(case, line):
                self.schedule.take(case)
                self.told[case] += 1
                return self.cases.tell(random, case, line)
        return [line]

    def without_registration(
        self, random: Random, household: Household, person: Person, channel: str
    ) -> list[Line]:
        """Somebody of the register who pays, though not registered (so far)."""
        time = self.plan.end - self.plan.first
        if time <= 0 or person.newcomer or not self.schedule.take("not_registered"):
            return []
        self.told["not_registered"] += 1
        paid_at = self.plan.first + int(random.random() * time)
        paid_at = self.dues.taken_from(paid_at) or paid_at
        due = Due(self.charge.due_fen)
        line = self.plain(household, person, due, paid_at, self.receipt(paid_at), channel)
        return self.cases.tell(random, "not_registered", line)

    def put(self, line: Line) -> None:
        opened = self.files.get(line.file)
        if opened is None:
            opened = self.files[line.file] = self.open_file(line.file)
        file, truth = opened
        truth.add(file.write(line), line)

    def open_file(self, index: int) -> tuple[PaymentFile, LineTruth]:
        suffix = "xlsx" if self.charge.form == "xlsx" else "csv"
        path = self.folder / f"payments-{index:02d}.{suffix}.part"
        truth = LineTruth(self.folder / f"payments-{index:02d}.truth.part")
        return PaymentFile(path, self.charge, self.layout), truth

    def finish(self) -> tuple[list[str], Tally]:
        """Close the files, number them without gaps, and write truth.json."""
        total = Tally()
        listed = []
        for number, index in enumerate(sorted(self.files), 1):
            file, truth = self.files[index]
            file.close()
            path = self.folder / f"payments-{number:02d}{Path(file.path.stem).suffix}"
            file.path.rename(path)
            total.merge(truth.tally)
            listed.append((path.name, self.charge.form, truth))
        totals = total.totals()
        for name in ("registered", "enrolled"):
            totals[name] = sum(counts[name] for counts in self.units.values())
        head = {
            "seed": self.plan.seed,
            "people": self.plan.people,
            "due_fen": next(iter(self.owed)) if len(self.owed) == 1 else None,
            "amounts": self.dues.table(),
            "refused": [dict(why) | {"lines": at} for why, at in self.refused.items()],
        }
        units = {
            unit.key: {"name": unit.name, "target": unit.target, **self.units[unit.key]}
            for unit in self.plan.units
        }
        tail = {"totals": totals, "units": units, "cases": dict(self.told)}
        write_truth(self.folder / "truth.json", head, listed, tail)
        return [name for name, _, _ in listed], total
