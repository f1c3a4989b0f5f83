"""Figures as an official writes them: thousands commas, a true minus, two decimals for money.

Every function takes the stored unit and returns text; `None` (no figure) is a dash.
The texts never depend on the language, so they are built here and not by Django's localisation.
"""

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EM DASH}"


def thousands(number: int | None) -> str:
    """1143900 → "1,143,900"; -14447 → "−14,447"."""
    return NONE if number is None else f"{number:,}".replace("-", MINUS)


def yuan(fen: int | None) -> str:
    """Fen to yuan: 44715000 → "447,150.00"."""
    if fen is None:
        return NONE
    whole, rest = divmod(abs(fen), 100)
    return f"{MINUS if fen < 0 else ''}{whole:,}.{rest:02}"


def percent(basis_points: int | None) -> str:
    """Basis points to per cent without the sign: 7635 → "76.35"."""
    return yuan(basis_points)


def signed(figure: int | str | None) -> str:
    """A change: "+" before anything above zero. Takes a number, or text made by the others."""
    text = figure if isinstance(figure, str) else thousands(figure)
    nothing = text == NONE or not text.strip("0.,")
    return text if nothing or text.startswith((MINUS, "+")) else f"+{text}"
