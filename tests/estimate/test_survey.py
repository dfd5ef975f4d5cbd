"""What the survey of inputs says is what reading them finds."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cleanse.config import Config, Dedup, Read, Run, Strip
from cleanse.errors import FieldNotFound
from cleanse.estimate import expected_cost, survey
from cleanse.read import find_inputs
from tests.conftest import article

if TYPE_CHECKING:
    from pathlib import Path


def lines(count: int, source: str = "s") -> bytes:
    return b"".join(
        json.dumps({"id": n, "source": source, "text": article(f"x{n % 7}", 10 + n % 5)}).encode() + b"\n"
        for n in range(count)
    )


def test_small_inputs_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines(3))
    (tmp_path / "b.txt").write_text(article("b"))
    (tmp_path / "c.html").write_text("<html><body><p>" + article("c"))
    (tmp_path / "d.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    found = survey(find_inputs([tmp_path, "-"]), Read())
    kinds = {kind.name: kind for kind in found.kinds}
    assert (kinds["jsonl"].files, kinds["jsonl"].documents) == (1, 3)
    assert (kinds["text"].files, kinds["text"].documents) == (2, 1)
    assert kinds["html"].html_bytes == (tmp_path / "c.html").stat().st_size
    assert found.bytes == sum(path.stat().st_size for path in tmp_path.iterdir())
    assert found.stdin
    assert set(found.sources) == {"s", tmp_path.name}
    assert [error.path for error in found.unreadable] == [str(tmp_path / "d.txt")]


@pytest.mark.parametrize("packed", [False, True])
def test_a_large_table_is_told_from_its_beginning(tmp_path: Path, packed: bool) -> None:
    data = lines(4000)
    path = tmp_path / ("a.jsonl.gz" if packed else "a.jsonl")
    path.write_bytes(gzip.compress(data) if packed else data)
    found = survey(find_inputs([path]), Read())
    assert found.seen < 200
    # how far a text packs is not known before it is read: these repeat themselves
    assert found.documents == pytest.approx(4000, rel=0.15) or packed
    assert 100 < found.documents < 8000


def test_many_files_are_told_from_some(tmp_path: Path) -> None:
    for n in range(95):
        (tmp_path / f"{n:03}.txt").write_text(article("abcdefg"[n % 7], 10 + n % 3))
    found = survey(find_inputs([tmp_path]), Read())
    assert found.looked_into <= 10
    assert found.documents == pytest.approx(95, rel=0.1)


def test_a_wrong_field_is_known_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines(3))
    with pytest.raises(FieldNotFound):
        survey(find_inputs([tmp_path]), Read(text_field="body"))


def test_more_to_do_costs_more(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines(500))
    (tmp_path / "page.html").write_text("<html><body><p>" + article("c", 2000))
    found = survey(find_inputs([tmp_path]), Read())
    whole = expected_cost(found, Config())
    for less in (
        Config(strip=Strip(enabled=False)),
        Config(dedup=Dedup(enabled=False)),
        Config(strip=Strip(extractor="fast")),
    ):
        assert expected_cost(found, less).seconds < whole.seconds
    nothing = expected_cost(found, Config(strip=Strip(enabled=False), dedup=Dedup(enabled=False)))
    assert 0 < nothing.seconds < whole.seconds


def test_a_run_is_not_expected_to_take_more_memory_than_it_may(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines(500))
    found = survey(find_inputs([tmp_path]), Read())
    found = replace(found, kinds=[replace(kind, text_bytes=10**12) for kind in found.kinds])
    assert expected_cost(found, Config(run=Run(memory="2GB"))).memory_mb == 2000
