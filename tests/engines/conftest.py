"""Engines of many machines, to run the same tests over: one that is none in truth, and Spark with executors of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cleanse.engines import Distributed, Local

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa
    from pyspark.sql import SparkSession

    from cleanse.engines import Kernel


class OneMachine(Local):
    """The verbs of many machines on one: shows the flow without a cluster."""

    def map(self, source: str, kernel: Kernel, into: str, schema: pa.Schema, **_: object) -> None:  # type: ignore[override]
        self.load(into, kernel(self.stream(source)), schema)

    def map_groups(
        self, source: str, by: Sequence[str], within: Sequence[str], kernel: Kernel, into: str, schema: pa.Schema
    ) -> None:
        order = ", ".join(f'"{name}"' for name in (*by, *within))
        self.load(into, kernel(self.stream(f"SELECT * FROM ({source}) AS rows ORDER BY {order}")), schema)


def no_java() -> str:
    """Why Spark cannot run here; "" when it can."""
    java = shutil.which("java")
    if not java:
        return "no java: Spark needs Java 17 or later (apt-get install openjdk-17-jre-headless)"
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = said.partition('"')[2].partition(".")[0]
    return "" if version.isdigit() and int(version) >= 17 else f"Spark needs Java 17 or later, here is {said[:40]!r}"


@pytest.fixture(scope="session")
def session() -> Iterator[SparkSession]:
    """Two executor processes, each with a core."""
    pytest.importorskip("pyspark", reason="Spark is an extra: pip install 'cleanse[spark]'")
    pytest.importorskip("sqlglot", reason="Spark is an extra: pip install 'cleanse[spark]'")
    if reason := no_java():
        pytest.skip(reason)
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")  # executors on this machine, whatever its name resolves to
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # tables are tiny: time goes into starting, compiling and scheduling
    quick = {
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
        "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1",
        "spark.log.level": "ERROR",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
    }
    builder = SparkSession.builder.master("local-cluster[2,1,1024]")
    for name, value in quick.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(params=["one machine", pytest.param("spark", marks=pytest.mark.slow)])
def engine(request: pytest.FixtureRequest) -> Distributed:
    """Each engine in its turn."""
    if request.param == "one machine":
        return OneMachine()
    from cleanse.engines import Spark

    return Spark(request.getfixturevalue("session"))
