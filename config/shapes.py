"""Shapes that carry meaning together with a word, drawn as SVG (LOOK.md "State words and shapes").

A shape is drawn on its own grid, so that its edges fall on whole pixels at its usual size.
Colours come from CSS by class (`tone-…`), because the CSP forbids style attributes.
"""

from dataclasses import dataclass

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from config.lib.bars import Bar


@dataclass(frozen=True)
class Shape:
    """`grid` is the drawing's side and its usual size in pixels; `tone` names a colour token."""

    grid: int
    body: str
    tone: str = ""


_SOLID = 'fill="currentColor"'
_LINE = 'fill="none" stroke="currentColor"'

SHAPES = {
    # States
    "triangle-up": Shape(10, f'<path {_SOLID} d="M5 1 10 10H0z"/>'),
    "triangle-down": Shape(10, f'<path {_SOLID} d="M5 9 0 0h10z"/>'),
    "dot": Shape(10, f'<circle {_SOLID} cx="5" cy="5" r="4.5"/>'),
    "square": Shape(10, f'<path {_SOLID} d="M0 1h9v9H0z"/>'),
    "ring": Shape(10, f'<circle {_LINE} stroke-width="1.7" cx="5" cy="5" r="3.7"/>'),
    "half": Shape(
        10,
        f'<path {_SOLID} d="M5 .5a4.5 4.5 0 0 0 0 9z"/>'
        f'<circle {_LINE} stroke-width="1.5" cx="5" cy="5" r="3.75"/>',
    ),
    "diamond": Shape(10, f'<path {_SOLID} d="M5 0l5 5-5 5-5-5z"/>'),
    "diamond-open": Shape(10, f'<path {_LINE} stroke-width="1.5" d="M5 1.1 8.9 5 5 8.9 1.1 5z"/>'),
    "dash": Shape(10, f'<path {_SOLID} d="M0 4h10v2H0z"/>'),
    "cross": Shape(10, f'<path {_LINE} stroke-width="2" d="M1 1l8 8M9 1 1 9"/>'),
    # Messages
    "ok": Shape(16, f'<path {_LINE} stroke-width="3" d="M1.5 8.5 6 13 14.5 3"/>', "song"),
    "error": Shape(
        16,
        f'<path {_SOLID} fill-rule="evenodd" d="M2 1h12l1 1v12l-1 1H2l-1-1V2z'
        'M7 3v6h2V3zM7 11v2h2v-2z"/>',
        "zhu",
    ),
    "warning": Shape(
        16,
        f'<path {_LINE} stroke-width="1.7" stroke-linejoin="round" d="M8 1.6 15 14.2H1z"/>'
        f'<path {_SOLID} d="M7.1 5.4h1.8v4.4H7.1zM7.1 10.8h1.8v1.8H7.1z"/>',
        "zhe",
    ),
    "notice": Shape(16, f'<path {_SOLID} d="M8 1l7 7-7 7-7-7z"/>', "dian"),
    "idle": Shape(16, f'<path {_SOLID} d="M1 7h14v3H1z"/>', "ink2"),
    # Comparison and change
    "same": Shape(10, f'<path {_SOLID} d="M1 3h8v1H1zM1 6h8v1H1z"/>', "ink2"),
    "differs": Shape(
        10,
        f'<path {_SOLID} d="M1 3h8v1H1zM1 6h8v1H1z"/><path {_LINE} d="M7.5 .5l-5 9"/>',
        "zhe",
    ),
    "up": Shape(10, f'<path {_LINE} stroke-width="1.4" d="M5 9.5V1.5M2 4.5l3-3 3 3"/>', "ink2"),
    "down": Shape(10, f'<path {_LINE} stroke-width="1.4" d="M5 .5v8M2 5.5l3 3 3-3"/>', "ink2"),
    "here": Shape(10, f'<path {_LINE} stroke-width="1.5" d="M3 1l4 4-4 4"/>', "dian"),
}


def draw(name: str, *, tone: str = "", size: int = 0, label: str = "") -> SafeString:
    """The shape as inline SVG. Without a label it is decoration beside a word.

    Errors: KeyError for an unknown name.
    """
    shape = SHAPES[name]
    side = size or shape.grid
    tone = tone or shape.tone
    return format_html(
        '<svg class="shape shape-{}{}" width="{}" height="{}" viewBox="0 0 {} {}" {}>{}</svg>',
        name,
        f" tone-{tone}" if tone else "",
        str(side),
        str(side),
        shape.grid,
        shape.grid,
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"'),
        mark_safe(shape.body),
    )


def draw_bar(bar: Bar, *, label: str, stalled: bool = False) -> SafeString:
    """A progress bar as inline SVG: track, value, what is ahead or missing, checkpoint, tick.

    Not a template: a page has some thirty, and a third of its time went into them.
    """
    parts = [
        _rect("track", y=bar.top, width=bar.width, height=bar.thick),
        _rect("value", y=bar.top, width=bar.value, height=bar.thick),
    ]
    if bar.ahead:
        parts.append(_rect("ahead", x=bar.value, y=bar.top, width=bar.ahead, height=bar.thick))
    if bar.gap:
        parts.append(_rect("gap", x=bar.value, y=bar.middle, width=bar.gap, height=2))
    if bar.checkpoint is not None:
        place = {"x": bar.checkpoint, "y": bar.checkpoint_top}
        parts.append(_rect("checkpoint", **place, width=1, height=bar.checkpoint_height))
    frame = {"width": bar.width - 1, "height": bar.thick - 1}
    parts.append(_rect("frame", x=0.5, y=bar.top + 0.5, **frame))
    if bar.tick is not None:
        parts.append(_rect("tick", x=bar.tick, width=2, height=bar.height))
    return mark_safe(
        f'<svg class="bar{" bar-stalled" if stalled else ""}" width="{bar.width}"'
        f' height="{bar.height}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def _rect(part: str, **numbers: float) -> str:
    placed = " ".join(f'{name}="{number}"' for name, number in numbers.items())
    return f'<rect class="bar-{part}" {placed}/>'
