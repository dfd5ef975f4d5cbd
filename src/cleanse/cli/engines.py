"""Which engine moves the data of a run: this machine's, or a Spark cluster's."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from cleanse.cli.headings import option
from cleanse.errors import ConfigError
from cleanse.program import allow_pandas

if TYPE_CHECKING:
    from collections.abc import Callable

    from cleanse.engines import Distributed


_machines = partial(option, "Which machines")


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--engine`` and ``--master``."""
    for decorate in (
        _machines("--master", metavar="URL", help="The Spark cluster, as in spark://host:7077, yarn, local[4]."),
        _machines(
            "--engine",
            type=click.Choice(["local", "spark"]),
            default="local",
            help="This machine (the default), or the executors of a Spark cluster: the result is the same.",
        ),
    ):
        command = decorate(command)
    return command


def open_engine(engine: str, master: str | None) -> Distributed | None:
    """The engine that the options name; None for that of this machine."""
    if engine == "local":
        if master is not None:
            raise ConfigError("--master is the address of a Spark cluster: add --engine spark")
        return None
    from cleanse.engines import Spark

    allow_pandas()  # pyspark asks for it
    return Spark.connect(master or "")
