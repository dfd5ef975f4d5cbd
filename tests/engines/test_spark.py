"""What the engine of Spark does by itself: types, batches, and how it comes to a session. Its verbs are tested over both engines."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pyarrow import ipc

from cleanse.errors import UsageError
from tests.engines.conftest import no_java

spark: Any = pytest.importorskip("cleanse.engines.spark", reason="Spark is an extra: pip install 'cleanse[spark]'")

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_strings_and_bytes_are_large_at_any_depth_and_all_else_stays() -> None:
    given = pa.struct([("a", pa.list_(pa.struct([("b", pa.string()), ("c", pa.int32())]))), ("d", pa.binary())])
    large = pa.struct(
        [("a", pa.list_(pa.struct([("b", pa.large_string()), ("c", pa.int32())]))), ("d", pa.large_binary())]
    )
    assert spark._large(given) == large
    assert spark._large(large) == large


def test_a_kernel_has_the_types_of_the_tables_and_no_empty_batches() -> None:
    given, made = pa.schema({"s": pa.string()}), pa.schema({"t": pa.string()})
    seen = []

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            seen.append((batch.schema, len(batch)))
            yield batch.rename_columns(["t"])
            yield batch.rename_columns(["t"])[:0]

    large = pa.record_batch({"s": pa.array(["a", "b"], pa.large_string())})
    found = list(spark._typed(kernel, given, made)(iter([large[:0], large, large[:1]])))
    assert seen == [(given, 2), (given, 1)]
    assert found == [large.rename_columns(["t"]), large[:1].rename_columns(["t"])]
    seen.clear()
    list(spark._typed(kernel, None, made)(iter([large])))
    assert seen == [(large.schema, 2)], "as it comes"


def test_a_batch_is_packed_to_one_value() -> None:
    batches = [pa.record_batch({"x": [1, 2]}), pa.record_batch({"x": [3]})]
    packed = list(spark._packed(iter(batches)))
    assert [len(batch) for batch in packed] == [1, 1]
    streams = [ipc.open_stream(batch["batch"][0].as_py()) for batch in packed]
    assert [batch for stream in streams for batch in stream] == batches


class Sessions:
    """Stands for SparkSession: makes sessions that count who stops them, or none."""

    def __init__(self, error: str = "") -> None:
        self.error = error
        self.settings: dict[str, str] = {}
        self.stopped = 0
        self.builder = self

    def appName(self, name: str) -> Sessions:  # noqa: N802
        return self

    def config(self, name: str, value: str) -> Sessions:
        return self

    def master(self, master: str) -> Sessions:
        self.settings["master"] = master
        return self

    def getOrCreate(self) -> Any:  # noqa: N802
        if self.error:
            raise RuntimeError(self.error)
        own = SimpleNamespace(conf=SimpleNamespace(set=self.settings.__setitem__))
        return SimpleNamespace(newSession=lambda: own, stop=self.stop)

    def stop(self) -> None:
        self.stopped += 1


@pytest.mark.parametrize("master", ["", "local[2]", "spark://there:7077"])
def test_a_session_that_the_engine_makes_ends_with_it(master: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions()
    monkeypatch.setattr(spark, "SparkSession", sessions)
    monkeypatch.setenv("PYSPARK_PYTHON", "none")  # and so it is put back, too
    monkeypatch.delenv("PYSPARK_PYTHON")
    with spark.Spark.connect(master):
        assert sessions.settings.pop("master", "") == master
        assert sessions.settings == spark._SETTINGS
        assert sessions.stopped == 0
    assert sessions.stopped == 1
    assert os.environ.get("PYSPARK_PYTHON") == (sys.executable if master.startswith("local") else None)


def test_a_session_that_is_given_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions()
    with spark.Spark(sessions.getOrCreate()):
        pass
    assert sessions.stopped == 0


@pytest.mark.parametrize(
    ("master", "said", "problem"),
    [
        (
            "spark://there:7077",
            "\n\nAll masters are unresponsive!\n  at org...",
            "spark://there:7077: All masters are unres",
        ),
        ("", "", "the default master: RuntimeError"),
    ],
)
def test_spark_that_does_not_start_is_one_line(
    master: str, said: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark, "SparkSession", Sessions(error=said or " "))
    with pytest.raises(UsageError, match=f"Spark does not start at {problem}") as error:
        spark.Spark.connect(master)
    assert "\n" not in str(error.value)


@pytest.mark.slow
def test_the_command_line_has_what_spark_asks_for(tmp_path: Path) -> None:
    if reason := no_java():
        pytest.skip(reason)
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text("One sentence of some length is enough for this.\n", encoding="utf-8")
    made = []
    for where in (["local"], ["spark", "--master", "local[1]"]):
        out = tmp_path / where[0]
        command = ["run", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "-o", str(out), "--quiet", "--engine"]
        environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1"}
        subprocess.run([sys.executable, "-m", "cleanse", *command, *where], check=True, env=environment)
        made.append((out / "corpus.jsonl").read_bytes())
    assert made[0] == made[1] != b""
