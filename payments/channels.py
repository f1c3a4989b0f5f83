"""Which channel of the notice a word in a file means."""

from enrollment.notice import Policy
from payments.sections import plain


def resolve(policy: Policy, text: str) -> str:
    """The channel's key; empty where the notice has no such word: nothing is guessed.

    Name and synonyms are compared whole, widths, capitals and blanks aside.
    Source: docs/RULES.md R-58.
    """
    wanted = plain(text)
    for channel in policy["channels"]:
        if wanted and wanted in map(plain, (channel.name, *channel.synonyms)):
            return str(channel.key)
    return ""
