"""Households of made-up people, one after the other: who they are and when they register."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from . import families, names
from .numbers import Numbers
from .pace import Calendar, Pace, visit
from .places import Unit, Village, people_by_village
from .plan import Plan
from .schedule import Schedule

RESIDENT_CARD = "居民身份证"
RESIDENCE_PERMIT = "港澳台居民居住证"
PERMANENT_CARD = "外国人永久居留身份证"
HOUSEHOLDS_IN_A_GROUP = 45  # about; a village's people are counted by 组
# Ranges of mobile numbers that no operator has been given, so that no real phone rings.
PHONES = ("154", "160", "161", "163", "164", "168")
YEAR = 365.25


@dataclass(slots=True)
class Person:
    """`registered` is the second since the plan's midnight, None for who does not register.

    `newcomer`: not in the register of residents, only among those who register.
    """

    name: str
    sex: str
    born: int  # ordinal of the birth date
    kind: str
    number: str
    relation: str
    category: str
    phone: str
    last_year: bool
    newcomer: bool = False
    registered: int | None = None


@dataclass(slots=True)
class Household:
    unit: Unit
    village: Village
    number: str
    group: str
    members: list[Person] = field(default_factory=list)

    @property
    def head(self) -> Person:
        return self.members[0]


def category(random: Random, age: float) -> str:
    """Person category of the national code list (DOMAIN: 1401 newborn … 1601 elderly)."""
    if age < 1:
        return "1401"
    if age < 6:
        return "1402"
    if age < 18:
        return "1403" if random.random() < 0.97 else "1405"
    if age < 23 and random.random() < 0.4:
        return "1404"
    return "1501" if age < 60 else "1601"


def households(plan: Plan) -> Iterator[Household]:
    """Everyone of the plan, village by village; exactly `plan.people` who are no newcomers."""
    yield from Population(plan).households()


class Population:
    """The state of one run: numbers given out, rare things still to come."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.calendar = Calendar(plan.midnight, plan.length)
        self._today = plan.midnight.toordinal()
        self.numbers = Numbers(plan.prefix, self._today)
        random = Random(f"{plan.seed}/rare")
        self._rare = Schedule(plan.oddities, plan.people, random)
        self._new = Schedule({"newcomer": plan.newcomers}, plan.people, random)

    def households(self) -> Iterator[Household]:
        plan = self.plan
        paces = {
            unit.key: Pace.of_unit(plan.seed, unit.key, plan.registering) for unit in plan.units
        }
        for unit, village, people in people_by_village(plan.units, plan.people, plan.seed):
            random = Random(f"{plan.seed}/people/{village.key}")
            self.numbers.prefix = unit.prefix or plan.prefix
            groups = 1 + people // (3 * HOUSEHOLDS_IN_A_GROUP)
            serial = 0
            while people:
                serial += 1
                size = min(families.size(random), people)
                people -= size
                group = 1 + int(random.random() * groups)
                household = Household(unit, village, f"{serial:04d}", str(group))
                self._fill(random, household, size)
                self._register(random, household, paces[unit.key])
                yield household

    def person(self, random: Random, relation: str, sex: str, age: float, family: str) -> Person:
        """One person with a number of their own; nothing rare about them."""
        born = self._today - int(age * YEAR)
        draw = random.random
        return Person(
            name=family + names.given(random, sex, self.numbers.year(born)),
            sex=sex,
            born=born,
            kind=RESIDENT_CARD,
            number=self.numbers.identity(random, born, sex),
            relation=relation,
            category=category(random, age),
            phone=f"{PHONES[int(draw() * 6)]}{int(draw() * 100_000_000):08d}" if age > 14 else "",
            last_year=draw() < self.plan.last_year and age > 0.4,
        )

    def _fill(self, random: Random, household: Household, size: int) -> None:
        own = names.surname(random)
        family = families.members(random, size)
        # Children bear their father's name; a woman who heads a household mostly married in.
        fathers = own if family[0][1] == "M" or len(family) == 1 else names.surname(random)
        for relation, sex, age in family:
            if relation in ("本人", "父"):
                surname = own
            elif relation in ("配偶", "母", "儿媳"):
                surname = fathers if sex == "M" else names.surname(random)
            else:
                surname = fathers
            person = self.person(random, relation, sex, age, surname)
            self._rare.step()
            if self._rare.waiting:
                self._make_rare(random, person)
            household.members.append(person)
            self._new.step()
        if self._new.take("newcomer"):
            household.members.append(self._newcomer(random, household, fathers))
        phone = household.head.phone
        for person in household.members:
            person.phone = person.phone or phone

    def _newcomer(self, random: Random, household: Household, surname: str) -> Person:
        """A child born this year, or someone who married or moved in."""
        boy = random.random() < 0.5
        if household.head.category == "1501" and random.random() < 0.5:
            age = 0.05 + 0.3 * random.random()
            person = self.person(random, "子" if boy else "女", "M" if boy else "F", age, surname)
        else:
            age = 22 + 20 * random.random()
            sex = "M" if boy else "F"
            person = self.person(random, "其他", sex, age, names.surname(random))
        person.newcomer, person.last_year = True, False
        return person

    def _make_rare(self, random: Random, person: Person) -> None:
        oddity = next(iter(self._rare.waiting))
        self._rare.take(oddity)
        match oddity:
            case "rare_character":
                person.name = names.rare(random, person.name[0], beyond_bmp=False)
            case "beyond_bmp":
                person.name = names.rare(random, person.name[0], beyond_bmp=True)
            case "dotted_name":
                person.name = names.dotted(random, person.sex)
            case "residence_permit":
                person.kind = RESIDENCE_PERMIT
                person.number = self.numbers.permit(random, person.born, person.sex)
            case "permanent_resident":
                person.kind, person.name = PERMANENT_CARD, random.choice(names.LATIN)
                person.number = self.numbers.permanent_resident(random, person.born, person.sex)
            case "permanent_resident_old":
                person.kind, person.name = PERMANENT_CARD, random.choice(names.LATIN)
                person.number = self.numbers.permanent_resident_old(random, person.born)

    def _register(self, random: Random, household: Household, pace: Pace) -> None:
        """One visit for the whole household; a few of its members are left out."""
        if random.random() >= pace.reach:
            return
        plan = self.plan
        last = plan.spans[-1][1]
        at = plan.taken_at(visit(random, pace, self.calendar, plan.spans[0][0], last))
        for person in household.members:
            stays_away = 0.008 if person.last_year or person.newcomer else 0.25
            if at is None or at >= plan.end or plan.taken_at(at) != at:
                return
            if random.random() >= stays_away:
                person.registered = at
                at += 20 + int(random.random() * 70)
