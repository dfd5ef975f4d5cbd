"""Run fuzz targets for some seconds each: python -m fuzz [SECONDS] [TARGET ...]; inputs that fail are left in fixtures/hostile."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CORPUS = Path(__file__).parent.parent / "fixtures" / "hostile"
#: Bytes of an input, seconds and megabytes that one may take: far beyond what an ordinary input of that size does.
_LIMITS = ("-max_len=4096", "-timeout=20", "-rss_limit_mb=2048")


def main(seconds: int, names: list[str]) -> int:
    """The number of targets that failed; as many as there are processors run at once."""
    from fuzz.targets import TARGETS

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return sum(pool.map(lambda name: fails(name, seconds), names or TARGETS))


def fails(name: str, seconds: int) -> bool:
    """Whether a target fails, fuzzed in a process of its own; says all that the process said if it does, else its last line."""
    # removed here: libFuzzer ends its process itself, and cleans nothing up
    with tempfile.TemporaryDirectory() as found:
        command = [sys.executable, "-m", "fuzz", "--one", name, f"-max_total_time={seconds}", *_LIMITS]
        places = [f"-artifact_prefix={CORPUS}/{name}-", found, str(CORPUS)]
        done = subprocess.run([*command, *places], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    said = done.stdout.decode(errors="replace").rstrip()
    print(f"== {name}, {seconds} s\n{said if done.returncode else said.rpartition(chr(10))[2]}", flush=True)
    return done.returncode != 0


def one(name: str, *arguments: str) -> None:
    """Fuzz one target in this process, from the inputs that are kept; what else it finds interesting is not."""
    import atheris

    from cleanse.compiled import spare_compiling
    from cleanse.program import begin

    # kernels as plain Python: there an index out of range is an error, and their branches guide the fuzzer
    begin()
    spare_compiling()
    with atheris.instrument_imports(include=["cleanse"]):
        from fuzz.targets import TARGETS
    atheris.Setup([name, *arguments], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:])
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60, sys.argv[2:]))
