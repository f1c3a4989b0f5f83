"""A line's identity: receipt + number + kind; the same line in two files has the same key.

A key is 16 bytes, stored as a uuid. With a receipt the first half comes from the receipt (its own
digits where it is a plain number: neighbours in a file are neighbours in the index, which makes
taking in a million rows a second faster), the second half hashes campaign, kind, receipt and
number. Without a receipt all of it hashes the facts, and lines that are alike in one file are told
apart by their occurrence, added to the hash.

The number goes in sealed: a hash of the clear number, beside the receipt in the same row, would
give the number away to whoever tries them all. Re-sealing numbers therefore rewrites keys.
"""

from hashlib import blake2b

PAYMENT, REVERSAL, REFUND = "payment", "reversal", "refund"
_TOP = 1 << 64


def receipt_prefix(receipt: str) -> bytes:
    """The first 8 bytes of every key with this receipt."""
    if receipt.isdecimal() and receipt.isascii() and (number := int(receipt)) < _TOP:
        return number.to_bytes(8, "big")
    return blake2b(receipt.encode(), digest_size=8).digest()


def with_receipt(campaign_id: int, kind: str, receipt: str, sealed: bytes) -> bytes:
    head = f"{campaign_id}\t{kind}\t{receipt}\t".encode()
    return receipt_prefix(receipt) + blake2b(head + sealed, digest_size=8).digest()


def without_receipt(
    campaign_id: int, kind: str, facts: tuple[str, ...], sealed: bytes, occurrence: int
) -> bytes:
    """facts: year, fen, instant, channel as text."""
    head = "\t".join((str(campaign_id), kind, "", *facts, "")).encode()
    base = int.from_bytes(blake2b(head + sealed, digest_size=16).digest(), "big")
    return ((base + occurrence) % (1 << 128)).to_bytes(16, "big")
