"""The kit's template tags. They are built in: no `{% load %}` is needed.

The classes are static/css/*.css, a comment behind each; the keys and data attributes stand at the
head of each static/js/*.js. tests/config/test_look.py names every class that is not there.

Tags
    {% bar value_bp required_bp checkpoint_bp stalled=False width=170 thick=8 %}
        A progress bar from 0 to 100; all in basis points (7635 = 76.35 %), None leaves a part out.
        Columns of a table: leave width and thick. Headline: thick=12. Village strip: width=64.
    {% state "paid" %} {% state row.state %}
        Shape and word. The words are the keys of config.states.STATES.
        {% state row.state word=other_word %} keeps the shape and says it in another word.
    {% shape "ok" %} {% shape "up" label=text size=12 tone="zhe" %}
        Only the shape; give it a label unless a word stands beside it. Of messages: ok error
        warning notice idle; comparing: same differs; change of rank: up down; place: here; and the
        shapes of states: triangle-up triangle-down dot square ring half diamond diamond-open dash
        cross (config.shapes.SHAPES).
    {% message "error" %}<b>Not saved.</b> Digit 18 should be 1.{% endmessage %}
        The message line: error, warning, notice, ok, idle (grey: nothing to say yet, so that the
        fields below keep their place). `id="…"` names it; <span class="message-aside"> goes right.
    {% key "F8" %} {% key "Ctrl" "D" %}
        Key caps.
    {% equation parts %}
        read = new + known + rejected. Each part a dict: label, value (int), and where wanted:
        tone ("zhu"), shape ("error"), url, key (a name for tests: data-part). The first part is
        the sum. A part with aside=True stands apart at the right, outside the sum.

Filters
    {{ n|thousands }} 1,143,900     {{ fen|yuan }} 350.00     {{ rate_bp|bp }} 76.35
    {{ n|signed }} +406 −14,447     {{ gap_bp|bp|signed }} −0.66     None gives a dash.
    {{ number|masked_number }} 4113****2511     {{ name|masked_name }} 张*三

Forms
    {% field form.name %} {% field form.phone mark=_("last year") size="wide" %}
        A row of .fields: label, control, and beside it the error or the help, so nothing moves.
        size: short, date, wide; without it 262 px. config.widgets has DigitOptions.
    {% control form.phone %}
        Only the control, with the kit's class and, with an error, the red border.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, Select
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from config import shapes
from config.lib import bars, figures, names
from config.states import STATES

register = template.Library()


def _figure(write: Callable[[Any], str]) -> Callable[[Any], SafeString]:
    """Digits and signs only: nothing to escape, and a page has a thousand of them."""
    return lambda figure: mark_safe(write(figure))


register.filter("thousands", _figure(figures.thousands))
register.filter("yuan", _figure(figures.yuan))
register.filter("bp", _figure(figures.percent))
register.filter("signed", figures.signed)
register.filter("masked_number", names.mask_number)
register.filter("masked_name", names.mask_name)


@register.simple_tag
def shape(name: str, label: str = "", size: int = 0, tone: str = "") -> SafeString:
    return shapes.draw(name, label=label, size=size, tone=tone)


@register.simple_tag
def state(key: str, word: str = "") -> SafeString:
    """Errors: KeyError for a state without a word, so that a new one cannot be shown nameless."""
    found = STATES[str(key)]
    tone = f" tone-{found.tone}" if found.strong else " state-faint" if found.faint else ""
    return format_html(
        '<span class="state state-{}{}">{}<span class="state-word">{}</span></span>',
        str(key),
        tone,
        shapes.draw(found.shape, tone=found.tone),
        word or found.word,
    )


@register.simple_tag
def bar(
    value_bp: int | None,
    required_bp: int | None = None,
    checkpoint_bp: int | None = None,
    stalled: bool = False,
    width: int = 170,
    thick: int = 8,
) -> SafeString:
    parts = [_("%(rate)s per cent") % {"rate": figures.percent(value_bp)}]
    if required_bp is not None:
        parts.append(_("required today %(rate)s") % {"rate": figures.percent(required_bp)})
    if checkpoint_bp is not None:
        parts.append(_("next checkpoint %(rate)s") % {"rate": figures.percent(checkpoint_bp)})
    found = bars.place(value_bp, required_bp, checkpoint_bp, width, thick)
    return shapes.draw_bar(found, label=_(", ").join(parts), stalled=stalled)


@register.simple_tag
def key(*caps: str) -> SafeString:
    return format_html_join(" ", "<kbd>{}</kbd>", ((cap,) for cap in caps))


@register.inclusion_tag("config/equation.html")
def equation(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "parts": [part for part in parts if not part.get("aside")],
        "asides": [part for part in parts if part.get("aside")],
    }


@register.simple_block_tag
def message(content: str, kind: str, id: str = "") -> SafeString:
    """`error` interrupts a screen reader; the others wait for a pause."""
    return format_html(
        '<div class="message message-{}" role="{}"{}>{}<div class="message-text">{}</div></div>',
        kind,
        "alert" if kind == "error" else "status",
        format_html(' id="{}"', id) if id else "",
        shapes.draw(kind),
        content,
    )


@register.simple_block_tag(takes_context=True)
def main_nav(context: template.Context, content: str) -> SafeString:
    """The menu of one's role. Content: the key of the page's own entry (block nav_active)."""
    return render_to_string(
        "config/main_nav.html", {"menu": context.get("menu", ()), "active": content.strip()}
    )


@register.filter
def message_kind(level_tag: str) -> str:
    """The kit's message kind for a level of django.contrib.messages."""
    return {"success": "ok", "error": "error", "warning": "warning"}.get(level_tag, "notice")


def _control(bound: BoundField) -> SafeString:
    widget = bound.field.widget
    kind = getattr(widget, "kit_class", "")
    if not kind and not isinstance(widget, CheckboxInput):
        kind = "form-select" if isinstance(widget, Select) else "form-control"
    classes = [widget.attrs.get("class", ""), kind, "is-invalid" if bound.errors else ""]
    return bound.as_widget(attrs={"class": " ".join(filter(None, classes))})


@register.simple_tag
def control(bound: BoundField) -> SafeString:
    return _control(bound)


@register.inclusion_tag("config/field.html")
def field(bound: BoundField, mark: str = "", size: str = "") -> dict[str, Any]:
    return {
        "field": bound,
        "control": _control(bound),
        "mark": mark,
        "size": size or getattr(bound.field.widget, "kit_size", ""),
    }
