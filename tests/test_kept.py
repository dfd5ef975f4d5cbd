"""Compiled kernels are kept, and loaded without what only compiling needs."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_MODULE = """
import numpy as np
from cleanse.compiled import kernel

@kernel
def summed(values):
    found = np.zeros(len(values) + 1, np.int64)
    for at in range(len(values)):
        found[at + 1] = found[at] + values[at]
    return found

@kernel
def most(values):
    return max(summed(values)[-1], np.int64(0))
"""
#: What numba loads before it compiles.
_COMPILING = ["scipy.linalg", "numba.np.linalg", "numba.np.arraymath"]


@pytest.fixture
def python(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "kernels.py").write_text(_MODULE)
    path = os.pathsep.join([str(tmp_path), *sys.path])
    jit = {"NUMBA_DISABLE_JIT": "0", "NUMBA_CACHE_DIR": str(tmp_path / "kept"), "PYTHONPATH": path}
    return os.environ | jit


def said(code: str, environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.slow
def test_a_kept_kernel_is_loaded_without_the_compiler(python: dict[str, str]) -> None:
    code = f"""
import sys
import numpy as np
import kernels
print(kernels.summed(np.array([3, 1, 2])).tolist(), sum(kernels.summed.stats.cache_hits.values()),
    [name for name in {_COMPILING} if name in sys.modules])
"""
    assert said(code, python) == f"[0, 3, 4, 6] 0 {_COMPILING}"
    assert said(code, python) == "[0, 3, 4, 6] 1 []"


@pytest.mark.slow
def test_a_kernel_is_compiled_after_one_that_was_kept(python: dict[str, str]) -> None:
    code = """
import numpy as np
import kernels
values = np.array([3, 1, 2])
print(kernels.summed(values).tolist(), kernels.most(values))
"""
    said("import numpy as np, kernels; kernels.summed(np.array([1]))", python)
    assert said(code, python) == "[0, 3, 4, 6] 6"
    assert said(code, python) == "[0, 3, 4, 6] 6"
