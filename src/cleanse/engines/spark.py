"""The engine of many machines: tables are Spark's, kept on the executors; kernels run there on Arrow batches."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import ipc
from pyspark import StorageLevel
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from cleanse.engines.spark_sql import to_spark
from cleanse.engines.usage import used_here
from cleanse.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType
    from typing import Self

    from pyspark.sql import DataFrame

    from cleanse.engines.base import Kernel, Rescue
    from cleanse.engines.usage import Usage

#: Rows of a batch of whole documents: of pages of 100 kB a batch takes 25 MB in a worker and as much in the JVM.
_DOCUMENTS = 256
#: Rows of a batch of numbers.
_NUMBERS = 65_536
_SETTINGS = {
    # a batch of long texts has more bytes than 32-bit offsets count
    "spark.sql.execution.arrow.useLargeVarTypes": "true",
    # partitions of so much text or tokens keep a core busy for seconds: neither minutes nor moments
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.adaptive.advisoryPartitionSizeInBytes": "16MB",
    # the SQL is DuckDB's, whose arithmetic overflows with an error
    "spark.sql.ansi.enabled": "true",
}
_STREAMED = "batch binary"


class Spark:
    """A Spark session with tables of its own: `cleanse.run(..., engine=Spark(session))`.

    Settings and temporary views of ``session`` stay as they are. Executors need the same version of cleanse.
    """

    def __init__(self, session: SparkSession) -> None:
        self._session = session.newSession()
        for name, value in _SETTINGS.items():
            self._session.conf.set(name, value)
        self._tables: dict[str, DataFrame] = {}
        self._schemas: dict[str, pa.Schema] = {}
        self._own: SparkSession | None = None

    @classmethod
    def connect(cls, master: str) -> Spark:
        """An engine with a session of its own at the cluster ``master`` ("" for the one that spark-submit names)."""
        builder = SparkSession.builder.appName("cleanse").config("spark.ui.showConsoleProgress", "false")
        builder = builder.config("spark.log.level", "ERROR")
        if master:
            builder = builder.master(master)
        if master.startswith("local"):  # workers on this machine: this Python has what they need
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        try:
            session = builder.getOrCreate()
        except Exception as error:  # py4j's, Java's or pyspark's: whatever it is, there is no session
            reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
            raise UsageError(f"Spark does not start at {master or 'the default master'}: {reason}") from error
        engine = cls(session)
        engine._own = session
        return engine

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget all tables; stop the session if the engine made it."""
        for name in list(self._tables):
            self.drop(name)
        if self._own:
            self._own.stop()

    def load(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema, *, key: str = "") -> None:
        """Make the table ``name`` of record batches, which pass through this process and are held in it."""
        table = pa.Table.from_batches(batches, schema)
        types = from_arrow_schema(schema)
        if table.num_rows:
            frame = self._session.createDataFrame(table, types)
            # one row can be a whole file to read: spread, and more parts than cores, so that none waits long for the last
            frame = frame.repartition(min(table.num_rows, 4 * self._session.sparkContext.defaultParallelism))
        else:
            frame = self._session.createDataFrame([], types)
        self._keep(name, frame, schema)

    def map(
        self,
        source: str,
        kernel: Kernel,
        into: str,
        schema: pa.Schema,
        *,
        key: str = "",
        rescue: Rescue | None = None,
    ) -> None:
        """Make the table ``into`` of what ``kernel`` makes of the table or query ``source``, a part at a time.

        Spark does again what a lost executor was doing; a row that kills each one fails the run, there is no ``rescue``.
        """
        self._map(self._frame(source), self._schemas.get(source), kernel, into, schema, _DOCUMENTS)

    def map_groups(
        self, source: str, by: Sequence[str], within: Sequence[str], kernel: Kernel, into: str, schema: pa.Schema
    ) -> None:
        """As ``map``; rows that are equal in the columns ``by`` are in one part, and parts ascend in ``by``, ``within``."""
        frame = self._frame(source).repartition(*by).sortWithinPartitions(*by, *within)
        self._map(frame, self._schemas.get(source), kernel, into, schema, _NUMBERS)

    def sql(self, query: str, into: str) -> None:
        """Make the table ``into`` of a query, in DuckDB's dialect, over other tables."""
        self._keep(into, self._frame(query), None)

    def stream(self, query: str) -> Iterator[pa.RecordBatch]:
        """The rows of a table or query in order; one of its partitions at a time is held in this process."""
        schema = self._schemas.get(query)
        self._session.conf.set(
            "spark.sql.execution.arrow.maxRecordsPerBatch", str(_NUMBERS if not schema else _DOCUMENTS)
        )
        for row in self._frame(query).mapInArrow(_packed, _STREAMED).toLocalIterator():
            for batch in ipc.open_stream(row["batch"]):
                yield batch.cast(schema) if schema else batch

    def check(self) -> None:
        """Nothing: the disks of the machines are theirs."""

    def used(self) -> Usage:
        """What the driver has used so far."""
        return used_here()

    def drop(self, name: str) -> None:
        """Forget a table."""
        self._tables.pop(name)._jdf.logicalPlan().rdd().unpersist(False)
        self._schemas.pop(name, None)
        self._session.catalog.dropTempView(name)

    def _frame(self, source: str) -> DataFrame:
        return self._tables[source] if source in self._tables else self._session.sql(to_spark(source))

    def _map(
        self, frame: DataFrame, given: pa.Schema | None, kernel: Kernel, into: str, schema: pa.Schema, rows: int
    ) -> None:
        self._session.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(rows))
        self._keep(into, frame.mapInArrow(_typed(kernel, given, schema), from_arrow_schema(schema)), schema)

    def _keep(self, name: str, frame: DataFrame, schema: pa.Schema | None) -> None:
        """Have the executors make the table now, once, and forget how: plans that hold the plans of all tables before
        them grow beyond the driver's memory."""
        if name in self._tables:
            self.drop(name)
        if self._session.sparkContext.getCheckpointDir():
            kept = frame.checkpoint(eager=True)
        else:
            kept = frame.localCheckpoint(eager=True, storageLevel=StorageLevel.MEMORY_AND_DISK)
        kept.createOrReplaceTempView(name)
        self._tables[name] = kept
        if schema:
            self._schemas[name] = schema


def _typed(kernel: Kernel, given: pa.Schema | None, schema: pa.Schema) -> Kernel:
    """The kernel between Spark's Arrow types, whose strings are all large, and those of the tables."""
    large = pa.schema([pa.field(field.name, _large(field.type)) for field in schema])

    def typed(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        some = (batch.cast(given) if given else batch for batch in batches if len(batch))
        for batch in kernel(some):
            if len(batch):
                yield batch.cast(large)

    return typed


def _large(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_string(kind):
        return pa.large_string()
    if pa.types.is_binary(kind):
        return pa.large_binary()
    if pa.types.is_list(kind):
        return pa.list_(_large(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(field.name, _large(field.type)) for field in kind])
    return kind


def _packed(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Each batch as one value: Spark hands rows to the driver, and a row of bytes is the quickest."""
    for batch in batches:
        sink = pa.BufferOutputStream()
        with ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        yield pa.record_batch([pa.array([sink.getvalue().to_pybytes()], pa.large_binary())], names=["batch"])
