"""report.json is what its JSON Schema says, for any run; the schema forbids what it does not describe."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from cleanse.report import build_report, report_schema, write_report

from .examples import small_run

if TYPE_CHECKING:
    from pathlib import Path


def _check(facts: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(report_schema()).validate(facts)


@pytest.mark.parametrize("run", ["small", "hostile"])
def test_a_report_is_what_the_schema_says(run: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(run)
    write_report(folder, html=False)
    _check(json.loads((folder / "report.json").read_text(encoding="utf-8")))


def test_so_is_that_of_an_empty_run_and_of_the_seeds(tmp_path: Path, seeds: Path) -> None:
    import cleanse

    run = small_run()
    run.docs, run.matches, run.clusters, run.unreadable = [], [], [], []
    _check(json.loads(json.dumps(build_report(run.write(tmp_path / "empty")))))
    _check(cleanse.run(seeds, tmp_path / "out").report)


def test_the_schema_is_one_and_leaves_no_key_open(small: Path) -> None:
    schema = report_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    facts = json.loads(json.dumps(build_report(small)))
    assert set(schema["properties"]) == set(facts)
    for place in (
        facts,
        facts["headline"],
        facts["clusters"]["shown"][0],
        facts["matches"]["shown"][0]["shown"][0]["a"],
    ):
        place["unheard_of"] = 1
        with pytest.raises(jsonschema.ValidationError, match="unheard_of"):
            _check(facts)
        del place["unheard_of"]
    _check(facts)


def test_every_part_is_described_or_plain() -> None:
    schema = report_schema()
    for name, part in schema["$defs"].items():
        assert part["additionalProperties"] is False, name
        assert set(part["required"]) == set(part["properties"]), name
