"""[targets], [[target_sets]], [[denominators]]: exact figures, and what is refused."""

import pytest

from enrollment.errors import Refused
from enrollment.notice import read_policy
from tests.conftest import NOTICE

TEXT = NOTICE.read_text("utf-8")
TARGETS = TEXT[TEXT.index("[targets]") : TEXT.index("[[checkpoints]]")]


def read(more: str, targets: str = TARGETS):
    return read_policy(TEXT.replace(TARGETS, targets) + "\n" + more)


def refusal(more: str, targets: str = TARGETS) -> str:
    with pytest.raises(Refused) as caught:
        read(more, targets)
    return "\n".join(caught.value.messages)


def table(*units: str, head: str = "") -> str:
    rows = "\n".join(f"[[target_sets.units]]\n{unit}" for unit in units)
    return f'[[target_sets]]\nslug = "other"\ntitle = "参保计划"\n{head}\n{rows}\n'


def test_ten_thousands_are_exact():
    # 0.1 + 0.2 of ten thousand, which binary fractions would not sum to 0.3
    more = table(
        'name = "城北"\nten_thousands = "1004.96"',
        'name = "城南"\nten_thousands = "50.13"',
        head='total_ten_thousands = "1055.09"',
    )
    (found,) = read(more)["target_sets"]
    assert [unit.persons for unit in found.units] == [10_049_600, 501_300]


@pytest.mark.parametrize("figure", ["615,79", "6.00001", "-1", "1e3", "", " 1"])
def test_what_is_no_exact_figure_is_refused(figure):
    assert "ten_thousands" in refusal(table(f'name = "城北"\nten_thousands = "{figure}"'))


@pytest.mark.parametrize(
    "unit", ["", "persons = 1\nunknown = true", 'persons = 1\nten_thousands = "1"']
)
def test_a_unit_has_exactly_one_figure(unit):
    assert "unknown" in refusal(table(f'name = "城北"\n{unit}'))


def test_a_figure_not_known_yet_is_no_zero():
    more = table('name = "城北"\nunknown = true', 'name = "城南"\npersons = 5', head="total = 9")
    (found,) = read(more)["target_sets"]
    assert found.units[0].persons is None and (found.total, found.unknown) == (5, 1)
    assert "5" in refusal(more.replace("total = 9", "total = 4"))


def test_base_and_its_total_are_compared_too():
    units = ('name = "城北"\npersons = 3\nbase = 2', 'name = "城南"\npersons = 4\nbase = 1')
    (found,) = read(table(*units, head="base_total = 3"))["target_sets"]
    assert [unit.base for unit in found.units] == [2, 1]
    assert "base_total" in refusal(table(*units, head="base_total = 4"))


@pytest.mark.parametrize("slug", ["notice", "Other", "a b"])
def test_a_set_needs_a_name_of_its_own(slug):
    more = table('name = "城北"\npersons = 3')
    assert "slug" in refusal(more.replace('"other"', f'"{slug}"'))
    assert "slug" in refusal(more + more)


def test_another_insurance_takes_only_reported_figures():
    unit = 'name = "城北"\npersons = 3'
    assert "counted" in refusal(table(unit, head='insurance = "310"\ncounted = "registrations"'))
    assert read(table(unit, head='insurance = "310"'))["target_sets"][0].counted == ""


def test_denominators_and_checkpoints_say_what_they_are():
    more = """
[[denominators]]
key = "census"
name = "七普常住人口"
of = "census"
threshold_bp = 9700
"""
    (found,) = read(more)["denominators"]
    assert (found.of, found.threshold_bp, found.persons) == ("census", 9700, None)
    assert "of" in refusal(more.replace('of = "census"', 'of = "voters"'))
    assert "key" in refusal(more + more)
