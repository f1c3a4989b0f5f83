"""Every text of the interface is in its catalogue, translated and compiled."""

from pathlib import Path

import pytest
from django.utils import translation

from config import messages


def test_all_catalogues_are_in_order() -> None:
    assert messages.check(messages.APPS) == []


def test_a_text_without_a_translation_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Extraction, merging and checking on a small app of its own."""
    monkeypatch.setattr(messages, "BASE", tmp_path)
    app = tmp_path / "shop"
    app.mkdir()
    (app / "views.py").write_text('from x import gettext as _\n\n_("Open")\n')
    page = tmp_path / "templates" / "shop"
    page.mkdir(parents=True)
    (page / "page.html").write_text(
        "{% load i18n %}{% translate 'Close' %}"
        "{% blocktranslate count n=n %}{{ n }} person{% plural %}{{ n }} people"
        "{% endblocktranslate %}"
    )
    po = "shop/locale/zh_Hans/LC_MESSAGES/django.po"
    missing = [f"{po}: missing: {text!r}" for text in ("%(n)s person", "Close", "Open")]
    assert messages.check(["shop"]) == missing

    messages.update("shop", prune=False)
    assert messages.check(["shop"]) == [
        line.replace("missing", "not translated") for line in (missing[2], missing[1], missing[0])
    ]

    path = tmp_path / po
    text = path.read_text()
    for source, target in (("Open", "打开"), ("Close", "关闭")):
        text = text.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{target}"')
    path.write_text(text.replace('msgstr[0] ""', 'msgstr[0] "%(n)s 人"'))
    assert messages.check(["shop"]) == [f"{po}: the .mo file is stale"]

    messages.update("shop", prune=False)
    assert messages.check(["shop"]) == []

    (app / "views.py").write_text("")
    messages.update("shop", prune=False)
    assert messages.check(["shop"]) == [f"{po}: used no more: 'Open'"]
    assert 'msgstr "打开"' in path.read_text()

    messages.update("shop", prune=True)
    assert messages.check(["shop"]) == []
    assert "打开" not in path.read_text()


def test_a_text_cannot_mean_two_things(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Django lays catalogues over one another: the second translation would never be seen."""
    monkeypatch.setattr(messages, "BASE", tmp_path)
    for app, target in (("one", "打开"), ("two", "未结")):
        (tmp_path / app).mkdir()
        (tmp_path / app / "views.py").write_text('_("Open")\n')
        messages.update(app, prune=False)
        path = messages.po_path(app)
        path.write_text(path.read_text().replace('"Open"\nmsgstr ""', f'"Open"\nmsgstr "{target}"'))
        messages.update(app, prune=False)
    where = messages.po_path("two").relative_to(tmp_path)
    assert messages.check(["one", "two"]) == [f"{where}: translated otherwise in one: 'Open'"]


def test_chinese_comes_from_the_compiled_catalogue() -> None:
    with translation.override("zh-hans"):
        assert translation.pgettext("state", "Awaiting approval") == "待审批"
    with translation.override("en"):
        assert translation.pgettext("state", "Awaiting approval") == "Awaiting approval"
