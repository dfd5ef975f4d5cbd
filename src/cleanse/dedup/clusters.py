"""Star clusters: each removed document points to a document that is kept and covers it, never to another removed one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: A kept document has no survivor but itself.
KEPT = -1


def stars(
    documents: int,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    covers_b: NDArray[np.bool_],
    covers_a: NDArray[np.bool_],
    strength: NDArray[np.float64],
) -> NDArray[np.int64]:
    """The survivor of each document, int64[documents], KEPT for those that stay.

    Documents are numbered by rank, a[k] < b[k]; ``covers_b[k]``: a covers b, so that b can be removed for a;
    ``covers_a[k]``: the other way round. In rank order each document is removed for the strongest document that ranks
    before it, is kept and covers it. Then a kept document that only a lower-ranking one covers is removed for that one,
    last rank first, unless a document that was removed for it would lose its cover.
    """
    survivor = np.full(documents, KEPT, np.int64)
    down = np.flatnonzero(covers_b)
    down = down[np.lexsort((a[down], -strength[down], b[down]))]
    _remove(a[down], b[down], survivor)
    up = np.flatnonzero(covers_a & ~covers_b)
    up = up[np.lexsort((b[up], -strength[up], -a[up]))]
    if len(up):
        covered = {(int(x), int(y)) for x, y in zip(b[covers_b], a[covers_b], strict=True)}
        covered |= {(int(x), int(y)) for x, y in zip(a[covers_a], b[covers_a], strict=True)}
        dependents: dict[int, list[int]] = {}
        for doc in np.flatnonzero(survivor != KEPT).tolist():
            dependents.setdefault(int(survivor[doc]), []).append(doc)
        for small, large in zip(a[up].tolist(), b[up].tolist(), strict=True):
            mine = dependents.get(small, [])
            if survivor[small] == KEPT and survivor[large] == KEPT and all((doc, large) in covered for doc in mine):
                survivor[small] = large
                survivor[mine] = large
                dependents.setdefault(large, []).extend([small, *dependents.pop(small, [])])
    return survivor


@njit(cache=True, nogil=True)
def _remove(a, b, survivor):  # type: ignore[no-untyped-def]
    """Edges come by b, the strongest first: the first whose a is kept decides."""
    for k in range(len(b)):
        if survivor[b[k]] == -1 and survivor[a[k]] == -1:
            survivor[b[k]] = a[k]
