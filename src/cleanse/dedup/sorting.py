"""Sorting inside kernels."""

# Numba types the kernels, from their arguments.
# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs

from __future__ import annotations

from cleanse.compiled import kernel


@kernel
def sort(values):
    """Sorts int64 values in place: by insertion if they are few, else as a heap (numba's own is slow to compile)."""
    size = len(values)
    if size <= 32:
        for k in range(1, size):
            value = values[k]
            place = k
            while place > 0 and values[place - 1] > value:
                values[place] = values[place - 1]
                place -= 1
            values[place] = value
        return
    for k in range(size // 2 + size - 1):
        # first every parent from the last one, to make the heap; then from the top, which goes behind the heap
        last = size
        top = size // 2 - 1 - k
        if top < 0:
            last = size // 2 + size - 1 - k
            values[0], values[last] = values[last], values[0]
            top = 0
        child = 2 * top + 1
        while child < last:
            if child + 1 < last and values[child + 1] > values[child]:
                child += 1
            if values[top] >= values[child]:
                break
            values[top], values[child] = values[child], values[top]
            top, child = child, 2 * child + 1
