"""The refusals every edge knows how to show: a command exits 1, a page shows a message line."""

from collections.abc import Iterable


class Refused(Exception):
    """Nothing was changed, and `messages` says where and how to mend it, one sentence each."""

    def __init__(self, messages: str | Iterable[str]):
        self.messages = [str(messages)] if isinstance(messages, str) else [str(m) for m in messages]
        super().__init__("; ".join(self.messages))
