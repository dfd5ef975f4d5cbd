"""Arbitrary bytes into every reader, parser and kernel: the inputs that are kept, and what hypothesis makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fuzz.targets import TARGETS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.hostile.limits import python

if TYPE_CHECKING:
    from pathlib import Path

KEPT = sorted((ROOT / "fixtures" / "hostile").iterdir())
_PIECES = [path.read_bytes()[:200] for path in KEPT]
INPUTS = st.one_of(
    st.binary(max_size=600),
    st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(st.sampled_from(_PIECES) | st.binary(max_size=20), max_size=6).map(b"".join),
)


@pytest.mark.parametrize("name", TARGETS)
def test_kept_inputs_do_no_harm(name: str) -> None:
    for path in KEPT:
        TARGETS[name](path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=INPUTS)
def test_arbitrary_bytes_do_no_harm(name: str, data: bytes) -> None:
    TARGETS[name](data)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["NUMBA_DISABLE_JIT", "NUMBA_BOUNDSCHECK"])
def test_kernels_stay_inside_their_arrays(mode: str, tmp_path: Path) -> None:
    """As plain Python, where no index may pass an end, and compiled with every index checked."""
    done = python(
        "from tests.hostile.test_fuzz import KEPT, TARGETS\n"
        "for path in KEPT:\n"
        "    TARGETS['find_spans'](path.read_bytes())\n"
        "    for other in KEPT[:5]:\n"
        "        TARGETS['find_spans'](path.read_bytes() + b'\\0\\0' + other.read_bytes() + path.read_bytes()[:300])",
        environment={mode: "1", "NUMBA_CACHE_DIR": str(tmp_path)},
        seconds=600,
    )
    assert done.returncode == 0, done.stderr[-1_000:]


@pytest.mark.slow
def test_the_fuzzer_runs() -> None:
    pytest.importorskip("atheris", reason="atheris is in the extra fuzz")
    done = python("from fuzz.__main__ import main; raise SystemExit(main(5, ['decode']))", seconds=100)
    assert done.returncode == 0, done.stderr[-1_000:]
