"""Paths and small corpora that several rooms' tests share."""

from __future__ import annotations

import contextlib
import gc
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numba  # noqa: F401  (commands of the suite share its process, where kernels are compiled)
import pytest
from hypothesis import settings

from cleanse.engines import workers as module
from cleanse.engines.workers import Workers
from cleanse.memory import Crew

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Kernels compile and phrase lists load on first use: no example is slow because of what it is.
settings.register_profile("cleanse", deadline=None)
settings.load_profile("cleanse")

ROOT = Path(__file__).parent.parent
#: Has a process that is started run kernels as the plain Python they are written in: it loads no compiler, which takes a second.
UNCOMPILED = {"NUMBA_DISABLE_JIT": "1", "PYTHONWARNINGS": "ignore:overflow encountered in scalar:RuntimeWarning"}


def pytest_collection() -> None:
    """Loading all that is tested makes a million objects that stay: the collector need not look at them again and again."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_unconfigure() -> None:
    gc.unfreeze()


class KeptWorkers(Workers):
    """Worker processes that live on when a run is done with them."""

    def close(self) -> None:
        """Not yet."""


@pytest.fixture(scope="session", autouse=True)
def _shared_workers() -> Iterator[None]:
    """The same worker processes for all runs of a test process: each run would wait for its own to start."""
    workers = KeptWorkers(Crew(2, 3 * 10**9, 3 * 10**9))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cleanse.engines.local.Workers", lambda crew: workers)
        yield
    Workers.close(workers)


@pytest.fixture(scope="session", autouse=True)
def _coverage_of_workers() -> Iterator[None]:
    """Under coverage, a worker process that is killed has some seconds to write down what it has run."""
    if "COVERAGE_PROCESS_CONFIG" not in os.environ:
        yield
        return
    started = module._started

    def started_to_end_gently(memory: int) -> subprocess.Popen[bytes]:
        process = started(memory)
        kill = process.kill

        def ended() -> None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            kill()

        process.kill = ended  # type: ignore[method-assign]
        return process

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_started", started_to_end_gently)
        yield


@pytest.fixture(scope="session")
def seeds() -> Path:
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def fixture_pages() -> Path:
    return ROOT / "fixtures" / "pages"


def plain(kernel: Any) -> Callable[..., Any]:
    """The Python that a kernel is written in."""
    function: Callable[..., Any] = getattr(kernel, "py_func", kernel)
    return function


def article(subject: str, sentences: int = 12) -> str:
    """Prose of its own for each subject, of 14 words a sentence: no two subjects share a word."""
    words = [f"{subject}{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}" for n in range(sentences * 14)]
    return "\n\n".join(" ".join(words[at : at + 14]).capitalize() + "." for at in range(0, len(words), 14))
