"""Each stranger's rows become what was written down for them before anybody read the file."""

from collections import Counter

import pytest

from subsidies.models import Entitlement, Listing, RosterLine
from tests.subsidies.rosters.strangers import REGISTER
from tests.subsidies.rosters.strangers_books import BOOKS
from tests.subsidies.rosters.strangers_texts import TEXTS

STRANGERS = {**BOOKS, **TEXTS}
SET_ASIDE = ("waiting", "rejected")


@pytest.fixture
def campaign(load, changed):
    """The small county with the words of a real notice, and its lists without an amount."""
    unstated = "".join(
        f'\n[[subsidies.categories]]\nkey = "{key}"\nname = "{name}"\nnames = {names}\n'
        f'grant = "unstated"\nclause = "五（一）"\nwords = "通知没有写资助金额"\n'
        for key, name, names in (
            ("hardship_worker", "特困职工", "[]"),
            ("disabled", "残联名单人员", '["残疾人"]'),
        )
    )
    return load(changed(
        (
            'name = "五保户（含孤儿）"',
            'name = "五保户（含孤儿）"\nnames = ["五保户", "五保", "孤儿"]',
        ),
        ('name = "脱贫享受政策户"', 'name = "脱贫享受政策户"\nnames = ["脱贫户"]'),
        ('name = "一般低保户"', 'name = "一般低保户"\nnames = ["低保户", "低保"]'),
        ('\n[payments]', f"{unstated}\n[payments]"),
    ))  # fmt: skip


@pytest.fixture
def register(make_resident):
    for name, (number, village) in REGISTER.items():
        make_resident(name, number=number, village=village)


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("which", [n for n, s in STRANGERS.items() if not s.refused])
def test_rows_become_what_was_foretold(which, roster, tmp_path):
    stranger = STRANGERS[which]
    path = stranger.build(tmp_path / "made")
    said = roster(path, source=stranger.source)
    foretold = [
        (sheet, row.line, row.name, row.outcome, row.what, None if _aside(row.outcome) else row.on)
        for sheet, rows in stranger.sheets.items()
        for row in rows
    ]
    assert sorted(map(_as_foretold, RosterLine.objects.all()), key=str) == sorted(foretold, key=str)
    assert said["read"] == len(foretold)
    counts = Counter(outcome for *_row, outcome, _what, _on in foretold)
    assert Counter({outcome: said[outcome] for outcome in counts}) == counts
    assert said["problems"] == Counter(w for *_r, o, w, _on in foretold if _aside(o))
    assert said["warnings"] == stranger.told
    if stranger.notes:
        assert tuple(said["notes"]) == tuple(stranger.notes)
    _accepted(roster(path, "--accept", source=stranger.source), foretold)


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("which", [n for n, s in STRANGERS.items() if s.refused])
def test_a_file_that_cannot_be_read_is_refused_in_words(which, roster, tmp_path):
    stranger = STRANGERS[which]
    with pytest.raises(SystemExit) as stopped:
        roster(stranger.build(tmp_path / "made"), "--accept", source=stranger.source)
    assert stopped.value.code == 1
    assert stranger.refused in stopped.value.__notes__[0]
    assert not Entitlement.objects.exists()


def _aside(outcome):
    return outcome in SET_ASIDE


def _as_foretold(line):
    aside = _aside(line.outcome)
    what = line.reason if aside else line.category
    on = None if aside else line.recognised_on
    return (line.sheet, line.line, line.name, line.outcome, what, on)


def _accepted(said, foretold):
    """Whoever is new is marked or listed since the row's day, else the list's; nobody besides."""
    marks = Counter(Entitlement.objects.values_list("category", flat=True))
    lists = Counter(f"list:{kind}" for kind in Listing.objects.values_list("kind", flat=True))
    assert marks + lists == Counter(what for *_row, o, what, _on in foretold if o == "new")
    assert said["new"] == sum((marks + lists).values())
