"""The documents say what is there: commands, settings, addresses of files, rules, keys, tables.

What a person adds to the product and leaves out of the documents fails here, and so does what the
documents still claim after it is gone.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class

from config.lib import idnumber
from enrollment import changes, facts, jobs, notice, ports
from enrollment.notice import Table, read_policy
from enrollment.services.campaigns import read_notice

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("enrollment", "subsidies", "quotas", "payments", "reports")
SHELL = ("config", *APPS)
README = (ROOT / "README.md").read_text("utf-8")
RULES = (ROOT / "docs" / "RULES.md").read_text("utf-8")
NOTICES = (ROOT / "docs" / "NOTICES.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")]
    + [path for app in SHELL for path in (ROOT / app).rglob("*.md")]
)


def code(*suffixes: str, folders: tuple[str, ...] = SHELL) -> Iterator[tuple[Path, str]]:
    """Every file of our own with one of the suffixes, and its text."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and "migrations" not in path.parts:
                yield path, path.read_text("utf-8")


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of its level or a higher one."""
    level = heading.index(" ")
    body = rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{level}}} |\Z)"
    found = re.search(body, text, re.M | re.S)
    assert found, f"no heading {heading!r}"
    return found[1]


def first_cells(text: str) -> list[str]:
    """The code in the first cell of each table row."""
    return re.findall(r"^\| `([^`]+)`", text, re.M)


# --- README


def ours() -> dict[str, str]:
    return {name: app for name, app in get_commands().items() if app in SHELL}


def test_every_command_stands_in_the_readme_and_nothing_else() -> None:
    shown = first_cells(section(README, "## manage.py"))
    assert sorted(line.split()[0] for line in shown) == sorted(ours())


def test_the_readme_shows_the_options_that_commands_have() -> None:
    common = {"--json", "--by", "--why", "--now", "--help"}
    for line in first_cells(section(README, "## manage.py")):
        name = line.split()[0]
        parser = load_command_class(ours()[name], name).create_parser("manage.py", name)
        own = [a for a in parser._actions if a not in parser_of_django()._actions]
        has = {flag for action in own for flag in action.option_strings} - common
        has -= {flag for a in parser_of_django()._actions for flag in a.option_strings}
        assert set(re.findall(r"--[a-z-]+", line)) == has, name


def parser_of_django() -> Any:
    from django.core.management.base import BaseCommand

    return BaseCommand().create_parser("manage.py", "")


def read_from_environment() -> set[str]:
    """Names that our code, compose and the browser tests read."""
    names = set()
    ours = code(".py", folders=(*SHELL, "tests/browser"))
    for text in [(ROOT / "manage.py").read_text(), *(text for _path, text in ours)]:
        for node in ast.walk(ast.parse(text)):
            called = isinstance(node, ast.Call) and ast.unparse(node.func)
            if called in ("os.environ.get", "os.environ.setdefault", "flag", "_required"):
                names |= {a.value for a in node.args[:1] if isinstance(a, ast.Constant)}
            elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
                written = re.fullmatch(r"os\.environ\['(\w+)'\]", ast.unparse(node))
                names |= {written[1]} if written else set()
    compose = (ROOT / "docker-compose.yml").read_text()
    return names | set(re.findall(r"\$\{(\w+)", compose))


def test_every_setting_of_the_environment_stands_in_the_readme() -> None:
    told = set(re.findall(r"`([A-Z][A-Z_]{3,})`", README))
    assert read_from_environment() - told == set()


def test_every_setting_of_the_readme_is_read() -> None:
    shown = set(first_cells(section(README, "## Environment")))
    assert shown - read_from_environment() == set()


def test_every_target_of_the_makefile_stands_in_the_readme() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.+)$", makefile, re.M)[1].split())  # type: ignore[index]
    assert targets - set(re.findall(r"make ([a-z-]+)", README)) == set()
    documented = {
        t for path in DOCUMENTS for t in re.findall(r"`make ([a-z-]+)`", path.read_text())
    }
    assert documented - targets == set()


def test_the_demo_accounts_of_the_readme_are_those_made() -> None:
    from reports import demo

    shown = section(README, "### Demo accounts")
    assert sorted(first_cells(shown)) == sorted(name for name, *_rest in demo.ACCOUNTS)
    assert f"`{demo.PASSWORD}`" in shown


@pytest.mark.django_db
def test_the_resident_of_the_readme_waits_at_the_demo_desk() -> None:
    """In the demo's register, of the clerk's township, enrolled last year, not yet registered."""
    from enrollment.generate import households
    from enrollment.models import User
    from enrollment.services.campaigns import load_notice
    from payments.generate.from_campaign import plan_for, target_sum
    from reports import demo

    campaign = load_notice(demo.NOTICE, by=User.system(), now=demo.LOADED_AT, practice=True)
    people = target_sum(campaign) // demo.SCALE
    plan = plan_for(campaign, people=people, seed=demo.SEED, until=demo.STANDS_AT)
    numbers = set(re.findall(r"\b\d{17}[\dX]\b", README))
    assert len(numbers) == 1
    assert all(idnumber.judge(number, demo.STANDS_AT.date()).ok for number in numbers)
    found = [
        (person, home.village.township)
        for home in households(plan)
        for person in home.members
        if person.number in numbers
    ]
    assert [township for _person, township in found] == [demo.TOWNSHIP]
    assert found[0][0].name in README and found[0][0].last_year
    assert found[0][0].registered is None or found[0][0].registered >= plan.end


# --- what documents point at


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_links_to_is_there(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.S)
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if ":" not in link]
    missing = [link for link in links if not (path.parent / link.split("#")[0]).exists()]
    assert missing == []


def test_documents_that_code_names_are_there() -> None:
    named = {
        name
        for folders in (SHELL, ("tests", "bench"))
        for path, text in code(".py", ".sql", ".js", folders=folders)
        for name in re.findall(r"(?<![/\w])docs/[A-Za-z0-9/_-]*(?:\.md)?", text)
        if path != Path(__file__)
    }
    assert "docs/RULES.md" in named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("folder", [*SHELL, "config/lib", "bench"])
def test_every_app_has_a_readme(folder: str) -> None:
    assert (ROOT / folder / "README.md").exists()


def test_every_small_module_stands_in_its_readme() -> None:
    folder = ROOT / "config" / "lib"
    modules = {path.stem for path in folder.iterdir() if not path.stem.startswith(("_", "README"))}
    assert set(first_cells((folder / "README.md").read_text("utf-8"))) == modules


def test_decisions_are_numbered_without_gaps() -> None:
    files = sorted((ROOT / "docs" / "adr").glob("*.md"))
    for number, path in enumerate(files, start=1):
        assert path.name.startswith(f"{number:04}-")
        assert path.read_text("utf-8").startswith(f"# {number}. ")


# --- rules


def rules() -> dict[str, str]:
    """R-number → the cells of its row."""
    rows = re.findall(r"^\| (R-\d\d+) \| (.+) \|$", RULES, re.M)
    assert len(rows) == len(dict(rows)), "a number stands twice"
    return dict(rows)


def cited() -> dict[str, list[str]]:
    """R-number → the files that cite it; "R-10 to R-13" cites all four."""
    found: dict[str, list[str]] = {}
    for path, text in code(".py", ".sql", ".js", ".md", ".html"):
        for first, last in re.findall(r"R-(\d\d+)(?:\s+to\s+R-(\d\d+))?", text):
            for number in range(int(first), int(last or first) + 1):
                found.setdefault(f"R-{number:02}", []).append(str(path.relative_to(ROOT)))
    return found


def test_every_rule_that_is_cited_is_written_down() -> None:
    assert {rule: where for rule, where in cited().items() if rule not in rules()} == {}
    for path in DOCUMENTS:
        assert set(re.findall(r"R-\d\d+", path.read_text("utf-8"))) <= set(rules()), path


def test_every_rule_works_somewhere_that_exists() -> None:
    for rule, row in rules().items():
        places = re.findall(r"`([^`]+)`", row.split(" | ")[-1])
        assert places, f"{rule} names no module"
        assert [place for place in places if not (ROOT / place).is_file()] == [], rule


def test_every_rule_has_a_source_or_says_that_it_is_assumed() -> None:
    for rule, row in rules().items():
        source = row.split(" | ")[1]
        assert re.search(r"[一二三四五六七八]|附件|\*\*assumed\*\*|GB \d+", source), rule


# --- the notice language


def documented_keys() -> set[str]:
    """Section and key, such as subsidies.categories.grant; of the file itself the bare key."""
    keys = set()
    for heading, body in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", NOTICES, re.M | re.S):
        if name := re.fullmatch(r"\[+([a-z_.]+)\]+", heading):
            keys |= {f"{name[1]}.{key}" for key in first_cells(body)}
        elif heading == "The file itself":
            keys |= set(first_cells(body))
    return keys


def notices() -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """The notices shipped, with their parents, and one that says everything the language can."""
    shipped = [read_notice(path) for path in (ROOT / "enrollment" / "notices").glob("*.toml")]
    pieces = sorted((ROOT / "tests" / "notices" / "language").glob("*.toml"))
    whole = "\n".join(path.read_text("utf-8") for path in pieces)
    return [*((each.text, each.parents) for each in shipped), (whole, ())]


def test_every_key_that_a_reader_takes_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: set[str] = set()
    take = Table._take
    read = notices()

    def noting(self: Table, key: str, *rest: Any) -> Any:
        taken.add(".".join([*(p for p in self._path if isinstance(p, str)), key]))
        return take(self, key, *rest)

    monkeypatch.setattr(Table, "_take", noting)
    for text, parents in read:
        read_policy.__wrapped__(text, parents)
    sections = set(notice._readers)
    assert {key.split(".")[0] for key in taken if "." in key} == sections, "a section unread"
    assert {key for key in taken if key not in sections} == documented_keys()


def test_the_notices_here_take_every_key_that_readers_know() -> None:
    """So that the test above sees them all: readers only take keys of tables that are there."""
    kinds = {"text", "texts", "choice", "whole", "fen", "on", "hour", "flag", "table", "tables"}
    known = {
        node.args[0].value
        for app in APPS
        for path in [*(ROOT / app).glob("sections.py"), *(ROOT / app / "sections").glob("*.py")]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in kinds
        and isinstance(node.args[0], ast.Constant)
    }
    told = {key.split(".")[-1] for key in documented_keys()} | set(notice._readers)
    assert known - told == set()


def test_every_field_of_a_condition_is_documented() -> None:
    assert set(first_cells(section(NOTICES, "## Conditions"))) == set(facts.FIELDS)


# --- the doors and the tables


def test_every_door_stands_in_the_architecture() -> None:
    kinds = {getattr(changes, name) for name in vars(changes) if name.isupper()}
    assert "registered" in kinds
    doors = section(ARCHITECTURE, "## The three doors")
    assert set(first_cells(doors)) == {*ports._QUESTIONS, *kinds}
    assert [name for name in notice._readers if f"`{name}`" not in doors] == []
    work = section(ARCHITECTURE, "## Jobs")
    ours = [kind for kind in jobs._handlers if not kind.startswith("tests.")]
    assert [kind for kind in ours if f"`{kind}`" not in work] == []


def test_every_table_stands_in_the_architecture_and_nothing_else() -> None:
    tables = {model._meta.db_table for model in apps.get_models() if model._meta.app_label in APPS}
    assert set(first_cells(section(ARCHITECTURE, "## Tables"))) == tables


# --- SQL and migrations


SQL = sorted(path for app in APPS for path in (ROOT / app / "sql").rglob("*.sql"))


@pytest.mark.parametrize("path", SQL, ids=lambda path: f"{path.parent.parent.name}/{path.name}")
def test_an_sql_file_begins_with_its_head(path: Path) -> None:
    head = re.match(r"(?:--.*\n)+", path.read_text("utf-8"))
    assert head, "no comment in front"
    words = re.findall(r"^-- (In|Out|Grain|Index|Lock): +\S", head[0], re.M)
    assert words == ["In", "Out", "Grain", "Index", "Lock"]


def test_migrations_are_named_after_what_they_do() -> None:
    for app in APPS:
        for path in (ROOT / app / "migrations").glob("0*.py"):
            assert re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+", path.stem)
            assert not re.search(r"_(auto|migration|and_more)(_|$)", path.stem), path.name
