"""Bounds: how much of a file is looked at before it is read, and how much a compressed one may grow to."""

from __future__ import annotations

#: What ``peek`` of a stream shows at once, so what a format or an encoding is guessed from.
HEAD_BYTES = 2**18

#: What decompresses to more than this many times its size is a bomb: text reaches a tenth of that.
_MAX_RATIO = 200
#: ... unless it is no more than this, which harms nobody.
_LEAST_BYTES = 2**26
BOMB = f"a decompression bomb: grows to more than {_MAX_RATIO} times its size; if it is none, decompress it first"


def most_bytes(compressed: int) -> int:
    """What so many compressed bytes may decompress to."""
    return max(_LEAST_BYTES, _MAX_RATIO * compressed)
