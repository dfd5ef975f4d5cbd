"""What each preset drops of a small corpus in which every kind of piece is planted once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import cleanse
from cleanse.config import PRESETS, load_config
from cleanse.schema import BLOCK_REASONS, Reason
from tests.conftest import article
from tests.pipeline.test_run import edited

if TYPE_CHECKING:
    from pathlib import Path

_COMMENTS = "\n\n3 Comments\nAnn\nSad.\nBob\nVery sad."
_QUOTE = article("q", 6)
_TEXTS = {
    "old": ("2020-01-01", article("a", 20) + _COMMENTS),
    "copy": ("2021-01-01", article("a", 20) + _COMMENTS),
    "edited": ("2022-01-01", edited(article("a", 20), 0.2, 3) + _COMMENTS),
    "quoting": ("2020-01-01", article("c", 20) + "\n\n" + _QUOTE + "\n\n" + article("e", 20)),
    "quoting too": ("2020-01-01", article("d", 20) + "\n\n" + _QUOTE + "\n\n" + article("f", 20)),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    rows = [{"id": name, "source": name, "date": date, "text": text} for name, (date, text) in _TEXTS.items()]
    folder: Path = tmp_path_factory.mktemp("presets")
    (folder / "texts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return {
        name: cleanse.run(folder / "texts.jsonl", folder / name, load_config(pairs=[f"preset={name}"]))
        for name in PRESETS
    }


def dropped(run: Any) -> dict[str, set[str]]:
    """The ids of which something was dropped, by reason."""
    found: dict[str, set[str]] = {}
    for row in run.dropped.to_pylist():
        found.setdefault(row["reason"], set()).add(row["id"])
    return found


def kept(run: Any) -> set[str]:
    return set(run.corpus["id"].to_pylist())


def test_llm_corpus_drops_comments_edited_copies_and_shared_passages(runs: dict[str, Any]) -> None:
    found = dropped(runs["llm-corpus"])
    assert "comments" in found
    assert len(kept(runs["llm-corpus"]) & {"old", "copy", "edited"}) == 1
    assert len(found["shared_passage"]) == 1


def test_archive_drops_near_verbatim_copies_and_nothing_else(runs: dict[str, Any]) -> None:
    assert dropped(runs["archive"]).keys() == {"exact_duplicate"}
    assert kept(runs["archive"]) > {"edited", "quoting", "quoting too"}
    assert all(row["text"] == _TEXTS[row["id"]][1] for row in runs["archive"].corpus.to_pylist())
    assert "passage" in runs["archive"].matches["kind"].to_pylist()


def test_news_keeps_the_newest_copy_and_quotations(runs: dict[str, Any]) -> None:
    assert kept(runs["news"]) == {"edited", "quoting", "quoting too"}
    assert "shared_passage" not in dropped(runs["news"])
    assert "comments" in dropped(runs["news"])


def test_strict_removes_verbatim_copies_only_and_strips(runs: dict[str, Any]) -> None:
    assert "edited" in kept(runs["strict"])
    assert len(kept(runs["strict"]) & {"old", "copy"}) == 1
    assert "comments" in dropped(runs["strict"])


def test_every_preset_is_real_and_archive_keeps_every_reason() -> None:
    for name, preset in PRESETS.items():
        assert preset.purpose, name
        config = load_config(pairs=[f"preset={name}"])
        for key, value in preset.settings.items():
            section, _, field = key.partition(".")
            assert getattr(getattr(config, section), field) == value
    judged = [
        reason.value for reason in BLOCK_REASONS if reason is not Reason.UNPARSABLE
    ]  # of such a page there is no text
    assert list(PRESETS["archive"].settings["strip.keep"]) == judged
