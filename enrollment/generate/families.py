"""Who lives together: relations to the head, sexes and ages of a household of 1 to 7."""

from random import Random

# relation, sex, age in years
Member = tuple[str, str, float]
SIZES = "1" * 13 + "2" * 22 + "3" * 22 + "4" * 22 + "5" * 12 + "6" * 6 + "7" * 3
OLDEST = 101


def size(random: Random) -> int:
    return int(SIZES[int(random.random() * len(SIZES))])


def members(random: Random, number: int) -> list[Member]:
    """The head first, then `number` - 1 others in a plausible order.

    A parent is at least 20 years older than a child; nobody is above OLDEST.
    """
    draw = random.random
    if number == 1:
        age = 62 + 30 * draw() if draw() < 0.6 else 22 + 38 * draw()
        return [("本人", "M" if draw() < 0.5 else "F", age)]
    age = 25 + 53 * (draw() + draw()) / 2 if number < 5 else 30 + 35 * draw()
    sex = "M" if draw() < 0.82 else "F"
    family: list[Member] = [("本人", sex, age)]
    mother = age
    if draw() < 0.92:
        spouse = min(max(age - 5 + 8 * draw(), 22), OLDEST)
        family.append(("配偶", "F" if sex == "M" else "M", spouse))
        mother = min(age, spouse)
    if age < 50:
        family += _young(random, age, mother)
    else:
        family += _old(random, age, mother)
    del family[number:]
    while len(family) < number:
        family.append(_child(random, mother))
    return family


def _child(random: Random, mother: float) -> Member:
    boy = random.random() < 0.52
    return ("子" if boy else "女", "M" if boy else "F", _younger(random, mother, 14))


def _younger(random: Random, parent: float, spread: float) -> float:
    """An age 20 to 20+spread years below the parent's; a small child's where that is impossible.

    Small children's ages are spread too: a birth date has only some hundred numbers to give.
    """
    age = parent - 20 - spread * random.random()
    return age if age > 0.1 else 0.03 + max(parent - 20, 0.5) * random.random()


def _young(random: Random, age: float, mother: float) -> list[Member]:
    """Children, then the head's parents."""
    father = min(age + 21 + 9 * random.random(), OLDEST)
    return [
        *_children(random, mother),
        ("母", "F", max(father - 3 * random.random(), age + 20)),
        ("父", "M", father),
        _child(random, mother),
    ]


def _children(random: Random, mother: float) -> list[Member]:
    """Two children, the elder first; twins where the mother is too young for more."""
    relation, sex, age = _child(random, mother)
    elder = age + 1.5 + 4 * random.random()
    other = _child(random, mother)
    return [(*other[:2], elder if elder < mother - 20 else age), (relation, sex, age)]


def _old(random: Random, age: float, mother: float) -> list[Member]:
    """A grown-up son with his wife and children; the head's mother while she can be alive."""
    son = _younger(random, mother, 3 if mother < 55 else 8)
    wife = max(son - 3 + 4 * random.random(), 20.5)
    young_parent = min(son, wife)
    family: list[Member] = [("子", "M", son)]
    if age < 62 and random.random() < 0.4:
        family.append(("母", "F", min(age + 20 + 8 * random.random(), OLDEST)))
    family.append(("儿媳", "F", wife))
    for _ in range(3):
        boy = random.random() < 0.52
        grandchild = _younger(random, young_parent, 6)
        family.append(("孙子" if boy else "孙女", "M" if boy else "F", grandchild))
    return family
