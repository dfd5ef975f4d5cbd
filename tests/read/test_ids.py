"""Each id is given once, however documents are batched."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cleanse.read.ids import Ids

NAMES = st.lists(st.sampled_from(["a", "b", "a#2", "a#3", "a#2#2", "", "\ud800", "ż"]), max_size=30)


def one_by_one(names: list[str]) -> list[str]:
    """The oracle: the first name that nobody has."""
    taken: set[str] = set()
    result = []
    for name in names:
        own, copy = name, 1
        while own in taken:
            copy += 1
            own = f"{name}#{copy}"
        taken.add(own)
        result.append(own)
    return result


@given(NAMES, st.lists(st.integers(0, 30), max_size=4))
def test_ids_are_those_of_one_after_the_other(names: list[str], cuts: list[int]) -> None:
    ids, bounds = Ids(), [0, *sorted(cuts), len(names)]
    batches = [names[start:end] for start, end in pairwise(bounds)]
    assert [own for batch in batches for own in ids.unique(batch)] == one_by_one(names)


def test_many_ids_are_kept_apart() -> None:
    ids = Ids()
    for start in range(0, 20_000, 100):
        names = [str(n) for n in range(start, start + 100)]
        assert ids.unique(names) == names
    assert ids.unique([str(n) for n in range(0, 20_000, 777)]) == [f"{n}#2" for n in range(0, 20_000, 777)]
    assert ids.unique(["20000", "3", "20000"]) == ["20000", "3#2", "20000#2"]
