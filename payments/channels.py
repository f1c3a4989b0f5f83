"""Which channel of the notice a word in a file means."""

from enrollment.notice import Policy
from payments.sections import Channel, plain


def resolve(policy: Policy, text: str) -> str:
    """The channel's key; empty where the notice has no such word: nothing is guessed.

    Name and synonyms are compared whole, widths, capitals and blanks aside.
    Source: docs/RULES.md R-58.
    """
    found = _meant(policy, text)
    return found.key if found else ""


def called(policy: Policy, text: str) -> str:
    """What the notice calls the channel; the file's own word where it has none for it."""
    found = _meant(policy, text)
    return found.name if found else text


def _meant(policy: Policy, text: str) -> Channel | None:
    wanted = plain(text)
    channels: tuple[Channel, ...] = policy["channels"]
    for channel in channels:
        if wanted and wanted in map(plain, (channel.name, *channel.synonyms)):
            return channel
    return None
