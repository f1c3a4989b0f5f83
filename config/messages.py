"""Catalogues of the interface texts, without gettext's programs.

    python -m config.messages [APP …]      extract, merge keeping translations, compile
    python -m config.messages --prune      the same, and forget texts that are used no more
    python -m config.messages --check      change nothing; exit 1 and list what is not in order

Each app has one catalogue, `<app>/locale/zh_Hans/LC_MESSAGES/django.po`, of its *.py files and of
templates/<app>/. Templates directly under templates/ belong to config. English is the source.
Django lays all catalogues over one another, so one text must have one translation everywhere;
where two meanings share an English word, give it a context (pgettext, `context "…"`).
"""

import argparse
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings

BASE = Path(__file__).resolve().parent.parent
APPS = ("config", "enrollment", "subsidies", "quotas", "payments", "reports")
LOCALE = "zh_Hans"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_noop": None,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """\
# Interface texts in Simplified Chinese; `python -m config.messages` keeps this file in step.
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
Texts = dict[tuple[str, str], tuple[str, ...]]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.messages", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("apps", nargs="*", metavar="APP", default=APPS)
    parser.add_argument("--check", action="store_true", help="change nothing, list what is amiss")
    parser.add_argument("--prune", action="store_true", help="forget texts that are used no more")
    options = parser.parse_args(argv)
    unknown = set(options.apps) - set(APPS)
    if unknown:
        parser.error(f"no such app: {', '.join(sorted(unknown))}")
    if not settings.configured:  # templatize needs settings only to exist
        settings.configure()
        django.setup()
    if not options.check:
        for app in options.apps:
            update(app, prune=options.prune)
    problems = check(options.apps)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems and options.check else 0


def po_path(app: str) -> Path:
    return BASE / app / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def sources(app: str) -> Iterator[Path]:
    """Code first, then templates; the order in the catalogue."""
    for path in sorted((BASE / app).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path
    yield from sorted((BASE / "templates" / app).rglob("*.html"))
    if app == "config":
        yield from sorted((BASE / "templates").glob("*.html"))


def extracted(app: str) -> Catalog:
    """Every marked text of one app, with the files it stands in."""
    from django.utils.translation.template import templatize

    catalog = Catalog(locale=LOCALE)
    for path in sources(app):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            text = templatize(text, origin=str(path))
        for line, ids, comments, context in extract(
            "python", BytesIO(text.encode()), KEYWORDS, ("Translators:",)
        ):
            catalog.add(
                ids,
                locations=[(str(path.relative_to(BASE)), line)],
                auto_comments=comments,
                context=context,
            )
    return catalog


def stored(app: str) -> Catalog:
    path = po_path(app)
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def finished(catalog: Catalog) -> Catalog:
    """Only what is translated; Babel would compile a plural without one as if it had one."""
    texts = Catalog(locale=LOCALE)
    for message in catalog:
        if message.id and all(_strings(message)) and not message.fuzzy:
            texts.add(message.id, message.string, context=message.context)
    return texts


def update(app: str, *, prune: bool) -> None:
    """Bring one catalogue into step with its sources and compile it."""
    catalog = stored(app)
    catalog.update(extracted(app), no_fuzzy_matching=True)
    if not len(catalog) and not po_path(app).exists():
        return
    body = BytesIO()
    write_po(
        body,
        catalog,
        width=100,
        omit_header=True,
        include_lineno=False,  # or every edit of a source would touch its catalogue
        sort_by_file=True,
        ignore_obsolete=prune,
    )
    path = po_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + body.getvalue().decode(), encoding="utf-8")
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, finished(stored(app)))


def check(apps: tuple[str, ...] | list[str]) -> list[str]:
    """What is not in order, a line each; empty when all is well."""
    problems: list[str] = []
    meanings: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}
    for app in apps:
        catalog = stored(app)
        wanted = {_key(message) for message in extracted(app) if message.id}
        known = {_key(message): message for message in catalog if message.id}
        where = po_path(app).relative_to(BASE)

        def say(what: str, key: tuple[str, str], where: Path = where) -> None:
            problems.append(f"{where}: {what}: {' | '.join(filter(None, key))!r}")

        for key in sorted(wanted - known.keys()):
            say("missing", key)
        for key in sorted(known.keys() - wanted):
            say("used no more", key)
        for message in catalog.obsolete.values():
            say("used no more", _key(message))
        for key, message in known.items():
            if message.fuzzy:
                say("fuzzy", key)
            if not all(_strings(message)):
                say("not translated", key)
            for error in message.check(catalog):
                say(str(error), key)
            earlier = meanings.setdefault(key, (app, _strings(message)))
            if earlier[1] != _strings(message):
                say(f"translated otherwise in {earlier[0]}", key)
        if _texts(finished(catalog)) != _compiled(app):
            problems.append(f"{where}: the .mo file is stale")
    return problems


def _key(message: Message) -> tuple[str, str]:
    single = message.id if isinstance(message.id, str) else message.id[0]
    context = message.context or ""
    # Babel's read_mo leaves contexts as bytes.
    return context.decode() if isinstance(context, bytes) else context, single


def _strings(message: Message) -> tuple[str, ...]:
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def _texts(catalog: Catalog) -> Texts:
    return {_key(message): _strings(message) for message in catalog if message.id}


def _compiled(app: str) -> Texts:
    path = po_path(app).with_suffix(".mo")
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return _texts(read_mo(file))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
