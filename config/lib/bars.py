"""Geometry of the progress bar, in whole pixels, from basis points (LOOK.md "Bar")."""

from dataclasses import dataclass

FULL = 10_000


@dataclass(frozen=True)
class Bar:
    """Left edges and widths in pixels from the bar's left; None where a part is not drawn."""

    width: int
    thick: int
    value: int
    ahead: int
    gap: int
    tick: int | None
    checkpoint: int | None

    @property
    def height(self) -> int:
        """The tick stands half the bar's thickness above and below it."""
        return self.thick * 2

    @property
    def top(self) -> int:
        return self.thick // 2

    @property
    def middle(self) -> int:
        """Top of the 2 px shortfall line."""
        return self.thick - 1

    @property
    def checkpoint_top(self) -> int:
        return self.thick // 4

    @property
    def checkpoint_height(self) -> int:
        return self.height - 2 * self.checkpoint_top


def place(
    value_bp: int | None, required_bp: int | None, checkpoint_bp: int | None, width: int, thick: int
) -> Bar:
    """Where each part begins. The scale is always 0 to 100 %; more than 100 fills the bar.

    `value` is the plain part and `ahead` the part beyond the requirement; `gap` what is missing
    up to it. value + gap, or value alone, always meets the tick.
    """

    def pixels(basis_points: int) -> int:
        return (max(0, min(FULL, basis_points)) * width * 2 + FULL) // (FULL * 2)

    reached = pixels(value_bp or 0)
    required = None if required_bp is None else pixels(required_bp)
    return Bar(
        width=width,
        thick=thick,
        value=reached if required is None else min(reached, required),
        ahead=0 if required is None else max(0, reached - required),
        gap=0 if required is None else max(0, required - reached),
        tick=None if required is None else max(0, min(width - 2, required - 1)),
        checkpoint=None if checkpoint_bp is None else min(width - 1, pixels(checkpoint_bp)),
    )
