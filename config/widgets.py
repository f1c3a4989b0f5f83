"""Form controls of the kit that Django does not have."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class DigitOptions(forms.RadioSelect):
    """Up to nine choices side by side; the digit before each chooses it (static/js/digits.js).

    The digit is the place in the list, not the value, so codes such as 1404 may be the values.
    """

    kit_class = "digit-option"
    kit_size = "wide"

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        return render_to_string("config/digit_options.html", self.get_context(name, value, attrs))
