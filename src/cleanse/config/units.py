"""Units: the kinds of numbers and sizes that settings are."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Count = Annotated[int, Meta(ge=1)]
Words = Annotated[Count, Meta(extra={"unit": "words"})]
Documents = Annotated[Count, Meta(extra={"unit": "documents"})]
Bytes = Annotated[Count, Meta(extra={"unit": "bytes"})]
Size = Annotated[str, Meta(pattern=r"^\d+(\.\d+)? ?[MGT]i?B$", extra={"unit": "as in 2GB"})]
SizeOrShare = Annotated[
    str, Meta(pattern=r"^\d+(\.\d+)? ?([MGT]i?B|%)$", extra={"unit": "as in 2GB, or 25% of the machine's"})
]


def size_in_bytes(size: str) -> int:
    """A size as settings have it, in bytes.

    >>> size_in_bytes("1.5GiB"), size_in_bytes("200 MB")
    (1610612736, 200000000)
    """
    number, unit = size.rstrip("iBKMGT "), size.lstrip("0123456789. ")
    return int(float(number) * (1024 if "i" in unit else 1000) ** " KMGT".index(unit[0]))
