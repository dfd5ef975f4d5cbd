"""The four verbs of an engine."""

from __future__ import annotations

from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pytest

from cleanse import schema
from cleanse.config import Config, Run
from cleanse.dedup.stages import deduplicate
from cleanse.dedup.whole import whole_pages
from cleanse.engines import Local, parts, quota
from cleanse.engines.base import Stale
from cleanse.engines.parts import Parts
from cleanse.errors import NoRoom, OutputError
from cleanse.read import from_objects
from tests.conftest import article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NUMBERS = pa.schema({"x": pa.int64(), "s": pa.large_string()})


def rows(engine: Local, query: str) -> list[dict[str, object]]:
    return [row for batch in engine.stream(query) for row in batch.to_pylist()]


@pytest.fixture
def engine() -> Iterator[Local]:
    with Local(Run(threads=2)) as engine:
        batches = [pa.record_batch({"x": [1, 2], "s": pa.array(["a", "b"], pa.large_string())}, NUMBERS)] * 2
        engine.load("numbers", batches, NUMBERS)
        yield engine


def test_load_and_stream_keep_rows_batches_and_order(engine: Local) -> None:
    assert [len(batch) for batch in engine.stream("numbers")] == [2, 2]
    assert [row["s"] for row in rows(engine, "numbers")] == ["a", "b", "a", "b"]


def test_empty_batches_are_not_kept_and_others_are_parted_by_rows(
    engine: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_PART_ROWS", 3)
    some = [
        pa.record_batch({"x": list(range(k)), "s": pa.array(["s"] * k, pa.large_string())}, NUMBERS) for k in range(4)
    ]
    engine.load("sparse", [some[0], some[1], some[0], some[2], some[0], some[3], some[1], some[0]], NUMBERS)
    assert [len(batch) for batch in engine.stream("sparse")] == [1, 2, 3, 1]
    assert len(list((engine.folder / "sparse").glob("*.arrow"))) == 3


def test_map_runs_a_kernel_over_a_table(engine: Local) -> None:
    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield pa.record_batch({"y": [2 * x for x in batch["x"].to_pylist()]})

    engine.map("numbers", kernel, "doubled", pa.schema({"y": pa.int64()}))
    assert [row["y"] for row in rows(engine, "doubled")] == [2, 4, 2, 4]


def test_sql_makes_a_table_of_others(engine: Local) -> None:
    engine.sql("SELECT s, count(*) AS n FROM numbers GROUP BY s ORDER BY s", "counted")
    assert rows(engine, "counted") == [{"s": "a", "n": 2}, {"s": "b", "n": 2}]


def test_a_query_may_run_while_another_is_read(engine: Local) -> None:
    stream = engine.stream("SELECT x FROM numbers ORDER BY x")
    first = next(stream)
    assert rows(engine, "SELECT max(x) AS m FROM numbers") == [{"m": 2}]
    assert first["x"].to_pylist() + [x for batch in stream for x in batch["x"].to_pylist()] == [1, 1, 2, 2]


def test_an_empty_table_has_its_columns(engine: Local) -> None:
    engine.load("nothing", [], NUMBERS)
    assert rows(engine, "nothing") == []
    assert rows(engine, "SELECT count(*) AS n FROM nothing JOIN numbers USING (x)") == [{"n": 0}]


def test_its_folder_goes_with_it_and_a_given_one_stays(tmp_path: Path) -> None:
    with Local() as engine:
        folder = engine.folder
    assert not folder.exists()
    with Local(folder=tmp_path / "work"):
        pass
    assert (tmp_path / "work").exists()


def doubled(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield pa.record_batch({"y": [2 * x for x in batch["x"].to_pylist()]})


def not_run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    raise AssertionError("is there already")
    yield


Y = pa.schema({"y": pa.int64()})
_SUM = "SELECT sum(y)::BIGINT AS n FROM doubled"


def begun(folder: Path, *, key: str = "numbers of today") -> Local:
    """An engine in a folder, with a table of numbers, made of ``key``, and one of their doubles."""
    engine = Local(Run(threads=1), folder)
    batch = pa.record_batch({"x": [1, 2], "s": pa.array(["a", "b"], pa.large_string())}, NUMBERS)
    engine.load("numbers", [batch], NUMBERS, key=key)
    engine.map("numbers", doubled, "doubled", Y, key="twice")
    return engine


def test_what_a_folder_has_is_not_made_again(tmp_path: Path) -> None:
    with begun(tmp_path) as engine:
        engine.sql(_SUM, "total")
    made = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.arrow")}
    with Local(Run(threads=1), tmp_path) as engine:
        engine.load("numbers", not_run(iter([])), NUMBERS, key="numbers of today")
        engine.map("numbers", not_run, "doubled", Y, key="twice")
        engine.sql(_SUM, "total")
        assert rows(engine, "total") == [{"n": 6}]
    assert made == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.arrow")}


@pytest.mark.parametrize("keys", [("numbers of tomorrow", "twice"), ("numbers of today", "thrice")])
def test_what_is_made_of_something_else_is_made_again(tmp_path: Path, keys: tuple[str, str]) -> None:
    begun(tmp_path).close()
    asked: list[int] = []

    def counting(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            asked.append(len(batch))
            yield pa.record_batch({"y": batch["x"]})

    with Local(Run(threads=1), tmp_path) as engine:
        batch = pa.record_batch({"x": [5, 6, 7], "s": pa.array(["a"] * 3, pa.large_string())}, NUMBERS)
        engine.load("numbers", [batch], NUMBERS, key=keys[0])
        engine.map("numbers", counting, "doubled", Y, key=keys[1])
        found = [row["y"] for row in rows(engine, "doubled")]
    assert (asked, found) == (([3], [5, 6, 7]) if keys[0] != "numbers of today" else ([2], [1, 2]))


def test_a_part_that_a_stopped_run_has_made_stays(tmp_path: Path) -> None:
    with begun(tmp_path) as engine:
        Parts(engine.folder / "doubled").begin()  # as a run leaves it that is stopped before it lists its parts
        (part,) = (tmp_path / "doubled").glob("*.arrow")
    with Local(Run(threads=1), tmp_path) as engine:
        engine.load("numbers", not_run(iter([])), NUMBERS, key="numbers of today")
        engine.map("numbers", not_run, "doubled", Y, key="twice")
        assert [row["y"] for row in rows(engine, "doubled")] == [2, 4]
    assert list((tmp_path / "doubled").glob("*.arrow")) == [part]


def test_a_table_that_is_gone_is_not_missed_until_something_new_is_to_be_made_of_it(tmp_path: Path) -> None:
    with begun(tmp_path) as engine:
        engine.sql(_SUM, "total")
        engine.drop("numbers")
        engine.drop("doubled")
    with Local(Run(threads=1), tmp_path) as engine:
        engine.load("numbers", not_run(iter([])), NUMBERS, key="numbers of today")
        engine.map("numbers", not_run, "doubled", Y, key="twice")
        engine.sql(_SUM, "total")
        assert rows(engine, "total") == [{"n": 6}]
        with pytest.raises(Stale, match="doubled"):
            engine.sql("SELECT max(y) AS n FROM doubled", "most")
        with pytest.raises(Stale, match="numbers"):
            engine.map("numbers", doubled, "again", Y)
        with pytest.raises(duckdb.CatalogException):
            engine.sql("SELECT * FROM never_made", "none")


@pytest.fixture
def each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a folder holds is counted each time, however long that takes."""
    clock = SimpleNamespace(monotonic=count().__next__, thread_time=lambda: 0.0)
    monkeypatch.setattr(quota, "time", clock)


@pytest.mark.usefixtures("each_time")
def test_tables_keep_to_the_disk_they_may_take(tmp_path: Path) -> None:
    batch = pa.record_batch({"x": list(range(20_000))})
    settings = Run(disk="1MB", batch_bytes=2**17)
    refused = pytest.raises(OutputError, match=r"work: temporary tables take 1,.* run.disk allows \(1,000,000\)")
    with Local(settings, tmp_path / "work") as engine, refused:
        engine.load("numbers", [batch] * 20, batch.schema)
    with Local(settings, tmp_path / "other") as engine:
        engine.load("numbers", [batch] * 2, batch.schema)
        with pytest.raises(OutputError, match=r"run\.disk"):
            engine.sql("SELECT a.x FROM numbers a, range(10)", "many")
        assert rows(engine, "SELECT count(*) AS n FROM numbers") == [{"n": 40_000}]
    for folder in ("work", "other"):
        assert sum(path.stat().st_size for path in (tmp_path / folder).rglob("*") if path.is_file()) < 2_000_000


@pytest.mark.usefixtures("each_time")
def test_what_sql_spills_counts_too(tmp_path: Path) -> None:
    with (
        Local(Run(disk="5MB", memory="60MB", threads=1), tmp_path / "work") as engine,
        pytest.raises(OutputError, match=r"run\.disk"),
    ):
        engine.sql("SELECT random() AS x, md5(random()::VARCHAR) AS s FROM range(4_000_000) ORDER BY x", "sorted")


@pytest.mark.usefixtures("each_time")
def test_files_that_a_stage_keeps_beside_the_tables_count_too(tmp_path: Path) -> None:
    texts = [{"id": f"{k}", "text": article(f"subject{k}", 40)} for k in range(40)]
    with Local(Run(disk="1.15MB"), tmp_path) as engine:
        batches = from_objects(texts, Config().read, batch_documents=8, batch_bytes=2**20)
        engine.load("documents", batches, schema.DOCUMENT)
        engine.map("documents", whole_pages, "pages", schema.PAGE)
        begun: list[str] = []
        with pytest.raises(NoRoom, match=r"run\.disk"):
            deduplicate(engine, Config().dedup, tmp_path, 1, begun.append)
        assert begun[-1] == "signatures", "no table is too large there, but the sketches beside them"
