"""BLAKE2b with digests of eight bytes (RFC 7693), of very many short texts: a kernel."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from hashlib import blake2b
from typing import Final

import numpy as np

from cleanse.compiled import kernel, uncompiled

#: Bytes that are mixed at once.
CHUNK: Final = 128
_ROUNDS: Final = 12
_IV = np.array(
    [
        0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
        0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
    ],
    np.uint64,
)  # fmt: skip
#: Which words of a chunk a round mixes in, in order.
_SIGMA = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
    ],
    np.uint8,
)
#: Digests of eight bytes, no key, no tree.
_PARAMETERS = np.uint64(0x01010008)
_BYTE, _EIGHT = np.uint64(0xFF), np.uint64(8)


@kernel
def _compressed(words, size, state):
    """The digest of so many bytes, as a number whose first byte is the highest. ``words`` has them as 64-bit words, with
    zeros up to the end of a chunk; ``state`` is room for eight more."""
    for i in range(8):
        state[i] = _IV[i]
    state[0] ^= _PARAMETERS
    chunks = max(1, (size + CHUNK - 1) // CHUNK)
    for chunk in range(chunks):
        m = words[16 * chunk : 16 * chunk + 16]
        done = np.uint64(min(size, (chunk + 1) * CHUNK))
        # the rounds' sixteen words by name: compiled, they are registers
        a0, a1, a2, a3 = state[0], state[1], state[2], state[3]
        b0, b1, b2, b3 = state[4], state[5], state[6], state[7]
        c0, c1, c2, c3 = _IV[0], _IV[1], _IV[2], _IV[3]
        d0, d1, d2, d3 = _IV[4] ^ done, _IV[5], _IV[6], _IV[7]
        if chunk == chunks - 1:
            d2 = ~d2
        for n in range(_ROUNDS):
            s = _SIGMA[n % 10]
            a0, b0, c0, d0 = _mix(a0, b0, c0, d0, m[s[0]], m[s[1]])
            a1, b1, c1, d1 = _mix(a1, b1, c1, d1, m[s[2]], m[s[3]])
            a2, b2, c2, d2 = _mix(a2, b2, c2, d2, m[s[4]], m[s[5]])
            a3, b3, c3, d3 = _mix(a3, b3, c3, d3, m[s[6]], m[s[7]])
            a0, b1, c2, d3 = _mix(a0, b1, c2, d3, m[s[8]], m[s[9]])
            a1, b2, c3, d0 = _mix(a1, b2, c3, d0, m[s[10]], m[s[11]])
            a2, b3, c0, d1 = _mix(a2, b3, c0, d1, m[s[12]], m[s[13]])
            a3, b0, c1, d2 = _mix(a3, b0, c1, d2, m[s[14]], m[s[15]])
        for i, mixed in enumerate((a0 ^ c0, a1 ^ c1, a2 ^ c2, a3 ^ c3, b0 ^ d0, b1 ^ d1, b2 ^ d2, b3 ^ d3)):
            state[i] ^= mixed
    found, rest = np.uint64(0), state[0]
    for _ in range(8):
        found, rest = found << _EIGHT | rest & _BYTE, rest >> _EIGHT
    return found


@kernel
def _mix(a, b, c, d, x, y):
    a += b + x
    d = _turned(d ^ a, np.uint64(32))
    c += d
    b = _turned(b ^ c, np.uint64(24))
    a += b + y
    d = _turned(d ^ a, np.uint64(16))
    c += d
    b = _turned(b ^ c, np.uint64(63))
    return a, b, c, d


@kernel
def _turned(word, by):
    return word >> by | word << np.uint64(64) - by


def _plain(words, size, state):
    digest = blake2b(words.tobytes()[:size], digest_size=8).digest()
    return np.uint64(int.from_bytes(digest))


blake = _plain if uncompiled() else _compressed
