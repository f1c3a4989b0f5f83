"""The kit: figures, bars, states and messages as LOOK.md draws them, under the CSP."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from config.lib import bars, figures
from config.states import STATES

BASE = Path(__file__).parents[2]
TEMPLATES = sorted((BASE / "templates").rglob("*.html"))
STYLES = sorted((BASE / "static" / "css").glob("*.css"))
SCRIPTS = sorted((BASE / "static" / "js").glob("*.js"))


def render(source: str, **context: Any) -> str:
    with translation.override("zh-hans"):
        return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("function", "value", "text"),
    [
        (figures.thousands, 1143900, "1,143,900"),
        (figures.thousands, -14447, "−14,447"),
        (figures.thousands, 0, "0"),
        (figures.thousands, None, "—"),
        (figures.yuan, 44715000, "447,150.00"),
        (figures.yuan, 5, "0.05"),
        (figures.yuan, -35050, "−350.50"),
        (figures.percent, 7635, "76.35"),
        (figures.percent, -66, "−0.66"),
        (figures.signed, 143096, "+143,096"),
        (figures.signed, -3, "−3"),
        (figures.signed, 0, "0"),
        (figures.signed, "0.00", "0.00"),
        (figures.signed, "11.55", "+11.55"),
        (figures.signed, "−0.66", "−0.66"),
        (figures.signed, None, "—"),
    ],
)
def test_figures(function: Any, value: Any, text: str) -> None:
    assert function(value) == text


def test_filters_reach_the_figures() -> None:
    page = "{{ fen|yuan }} {{ n|thousands }} {{ gap|bp|signed }} {{ number|masked_number }}"
    assert (
        render(page, fen=35000, n=1143900, gap=1155, number="411328196804122511")
        == "350.00 1,143,900 +11.55 4113****2511"
    )
    assert render("{{ name|masked_name }}", name="张小三") == "张*三"


def test_bar_of_the_picture() -> None:
    """dashboard.png: 170 px wide, required 77.6 %, checkpoint 96 %."""
    ahead = bars.place(8819, 7760, 9600, 170, 8)
    assert (ahead.value, ahead.ahead, ahead.gap) == (132, 18, 0)
    assert (ahead.tick, ahead.checkpoint) == (131, 163)
    behind = bars.place(6965, 7760, 9600, 170, 8)
    assert (behind.value, behind.ahead, behind.gap) == (118, 0, 14)


@given(
    value=st.none() | st.integers(-500, 15_000),
    required=st.none() | st.integers(0, 10_000),
    width=st.integers(40, 400),
)
def test_bar_parts_fill_the_scale_without_overlap(
    value: int | None, required: int | None, width: int
) -> None:
    bar = bars.place(value, required, required, width, 8)
    assert bar.value >= 0 and bar.ahead >= 0 and bar.gap >= 0
    assert not (bar.ahead and bar.gap)
    assert bar.value + bar.ahead + bar.gap <= width
    if bar.tick is None:
        assert required is None
    else:
        assert 0 <= bar.tick <= width - 2
        if bar.ahead or bar.gap:
            assert abs(bar.value + bar.gap - (bar.tick + 1)) <= 1


def test_bar_says_its_figures_aloud() -> None:
    html = render("{% bar 7635 7760 9600 %}")
    assert 'role="img"' in html
    assert 'aria-label="76.35%，今日应达 77.60%，下一节点 96.00%"' in html
    assert "bar-ahead" not in html
    assert "bar-tick" not in render("{% bar 7635 %}")
    assert "bar-stalled" in render("{% bar 4936 7760 stalled=True %}")


@pytest.mark.parametrize("key", STATES)
def test_every_state_has_a_shape_and_a_chinese_word(key: str) -> None:
    html = render("{% state key %}", key=key)
    assert f"shape-{STATES[key].shape}" in html
    assert re.search(r'state-word">[\u4e00-\u9fff]+<', html)


def test_states_of_one_kind_differ_in_shape_not_only_in_colour() -> None:
    kinds = [
        ("ahead", "normal", "behind", "stalled"),
        ("unpaid", "paid", "exempt", "lapsed", "stopped"),
        ("open", "matched", "refund_due", "refunded", "reversed"),
        ("uploaded", "checked", "posted", "voided"),
        ("queued", "running", "done", "refused", "failed"),
    ]
    for kind in kinds:
        assert len({STATES[key].shape for key in kind}) == len(kind), kind


def test_a_state_without_a_word_is_a_fault() -> None:
    with pytest.raises(KeyError):
        render("{% state 'unheard_of' %}")


def test_message_escapes_what_is_put_into_it() -> None:
    html = render("{% message 'error' %}<b>x</b>{{ name }}{% endmessage %}", name="<script>")
    assert 'role="alert"' in html
    assert "<b>x</b>&lt;script&gt;" in html
    assert 'role="status"' in render("{% message 'ok' %}x{% endmessage %}")


def test_equation_adds_up_in_signs() -> None:
    parts = [
        {"label": "读入", "value": 31264},
        {"label": "新增", "value": 1204, "url": "/new"},
        {"label": "拒收", "value": 30060, "tone": "zhu", "key": "rejected"},
        {"label": "不再在名单中", "value": 37, "aside": True},
    ]
    html = render("{% equation parts %}", parts=parts)
    assert re.findall(r'equation-sign">(.)<', html) == ["=", "+"]
    assert '<a href="/new">1,204</a>' in html
    assert 'tone-zhu" data-part="rejected"' in html
    assert html.index("equation-asides") < html.index("不再在名单中")


def test_templates_and_their_output_keep_the_csp() -> None:
    """No style attributes, no inline scripts, no handlers."""
    for path in TEMPLATES:
        text = path.read_text()
        assert not re.search(r"\sstyle=", text), path
        assert not re.search(r"<style\b", text), path
        assert not re.search(r"\son[a-z]+=", text), path
        for tag in re.findall(r"<script\b[^>]*>", text):
            assert " src=" in tag, path
    for tag in ("{% bar 1 2 3 %}", "{% state 'paid' %}", "{% shape 'error' %}", "{% key 'F8' %}"):
        assert "style=" not in render(tag)


def test_what_a_block_names_is_used_in_that_block() -> None:
    """A name set by a tag (`as step`) ends with its block: elsewhere it would be empty."""
    for path in TEMPLATES:
        blocks = re.split(r"{% block \w+ %}", path.read_text())[1:]
        named = [set(re.findall(r"\bas (\w+) %}", block)) for block in blocks]
        for block, own in zip(blocks, named, strict=True):
            for name in set().union(*named) - own:
                assert not re.search(rf"{{{{ {name}\b|{{% (?:if|with) [^%]*\b{name}\b", block), (
                    path,
                    name,
                )


def classes(css: str) -> set[str]:
    bare = re.sub(r'/\*.*?\*/|url\([^)]*\)|"[^"]*"', "", css, flags=re.S)
    return set(re.findall(r"\.(-?[a-zA-Z_][\w-]*)", bare))


OURS = set().union(*(classes(path.read_text()) for path in STYLES))
BOOTSTRAP = classes(
    next((BASE / "static/vendor").glob("bootstrap-*/bootstrap.min.css")).read_text()
)


def test_no_class_means_something_else_in_bootstrap() -> None:
    """Only its buttons and fields are dressed anew; every other name is ours alone."""
    dressed = {"small", "is-invalid"}
    assert {
        name
        for name in OURS & BOOTSTRAP - dressed
        if not name.startswith(("btn", "form-control", "form-select", "form-check"))
    } == set()


def test_every_class_in_a_template_exists() -> None:
    unknown = set()
    for path in TEMPLATES:
        plain = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "\0", path.read_text())
        for value in re.findall(r'class="([^"]*)"', plain):
            for name in value.split():
                if "\0" not in name and name not in OURS | BOOTSTRAP:
                    unknown.add((str(path.relative_to(BASE)), name))
    assert unknown == set()


def luminance(colour: str) -> float:
    def part(at: int) -> float:
        value = int(colour[at : at + 2], 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_has_the_contrast_of_the_standard() -> None:
    css = (BASE / "static/css/canbao.css").read_text()
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", css))
    for text in ("ink", "ink2", "ink3", "dian", "zhe", "zhu", "song"):
        for ground in ("ground", "dian-pale", "total"):
            assert contrast(tokens[text], tokens[ground]) >= 4.5, (text, ground)
    for tone in ("dian", "zhe", "zhu", "song"):
        assert contrast(tokens[f"{tone}-deep"], tokens[f"{tone}-tint"]) >= 4.5, tone
    assert contrast("#ffffff", "#3a7596") >= 4.5  # white on the lighter of the two dark tiles


def test_styles_and_scripts_keep_to_chromium_89() -> None:
    for path in STYLES:
        css = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        assert not re.search(r":has\(|@layer|@container|color-mix|\d[dsl]vh|subgrid", css), path
        assert not re.search(r"\d\.\d+px", css.replace("letter-spacing: 0.5px", "")), path
    for path in SCRIPTS:
        script = path.read_text()
        assert not re.search(r"^(const \w+ = )?await ", script, flags=re.M), path
        assert not re.search(r"[^.]\.at\(|structuredClone|Object\.hasOwn|\.findLast", script), path
