"""A line's identity: receipt + number + kind; the same line in two files has the same key.

A key is 16 bytes, written as 32 hexadecimal digits and stored as a uuid. With a receipt its first
half comes from the receipt (its own digits where it is a plain number, so that neighbours in a
file are neighbours in the index: a million random inserts fewer), its second half from the sealed
number, which is a keyed hash already. Without a receipt it hashes the facts, and lines that are
alike in one file are told apart by their occurrence (sql/nameless.sql).

A number that cannot be read (empty, cut off by a spreadsheet) may be that of all on one receipt:
there the name stands beside it, so that each of a family is a line of their own.

Nothing here hashes the clear number: beside the receipt in the same row such a hash would give the
number away to whoever tries them all. Sealing numbers with a new key means writing new keys too.
"""

from hashlib import blake2b

PAYMENT, REVERSAL, REFUND = "payment", "reversal", "refund"
_HALF = 1 << 64


class Keys:
    """The keys of one campaign."""

    def __init__(self, campaign_id: int):
        self._campaign = f"{campaign_id}\t".encode()
        # Differs between campaigns, keeps neighbours: the same file may belong to two of them.
        self.turn = int.from_bytes(_hash(self._campaign, 8), "big")

    def prefix(self, receipt: str) -> str:
        """The first 16 digits of every key with this receipt."""
        plain = receipt.isdecimal() and receipt.isascii() and receipt[0] != "0"
        if plain and (number := int(receipt)) < _HALF:
            return f"{number ^ self.turn:016x}"
        return _hash(self._campaign + receipt.encode(), 8).hex()

    def with_receipt(self, kind: str, receipt: str, sealed: bytes) -> str:
        """`sealed`: key id, then 16 bytes that depend on the whole number, then the cipher."""
        if kind == PAYMENT:
            return self.prefix(receipt) + sealed[1:9].hex()
        return self.prefix(receipt) + _hash(kind.encode() + sealed, 8).hex()

    def unreadable(self, sealed: bytes, name_key: str) -> bytes:
        """What stands for `sealed` in the other functions where the number cannot be read."""
        return b"\0" + _hash(self._campaign + name_key.encode() + b"\t" + sealed, 16)

    def of_facts(self, kind: str, facts: tuple[str, ...], sealed: bytes) -> str:
        """The key of a line without a receipt, at its first occurrence in a file.

        facts: year, fen, instant, channel, and the original that a correction names.
        """
        head = "\t".join((kind, *facts, "")).encode()
        return _hash(self._campaign + head + sealed, 16).hex()


def _hash(data: bytes, size: int) -> bytes:
    return blake2b(data, digest_size=size).digest()
