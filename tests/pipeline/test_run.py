"""The promises of a run: nothing lost, every removal covered by a survivor, the same verdicts whatever the order."""

from __future__ import annotations

import json
import os
import random
import re
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cleanse
from cleanse import pipeline
from cleanse.config import Config, Dedup, Run, load_config
from cleanse.errors import NothingReadable, OutputError
from cleanse.layout import RESULTS
from cleanse.pipeline.watcher import Unwatched
from tests.conftest import article


def edited(text: str, share: float, seed: int = 0) -> str:
    """Every word replaced with probability ``share``."""
    chance = random.Random(seed)
    return "".join(
        f"new{chance.randrange(10**6)}" if part.isalpha() and chance.random() < share else part
        for part in re.split(r"(\W+)", text)
    )


def corpus() -> list[dict[str, str]]:
    """Originals, copies of several kinds, and a passage that two documents share."""
    alpha, beta, gamma, delta = (article(name, 30) for name in ("alpha", "beta", "gamma", "delta"))
    shared = article("shared", 8)
    return [
        {"id": "alpha", "source": "one", "text": alpha},
        {"id": "alpha-exact", "source": "two", "text": alpha.upper()},
        {"id": "alpha-edited", "source": "two", "text": edited(alpha, 0.1)},
        {"id": "beta", "source": "one", "text": beta},
        {"id": "beta-half", "source": "two", "text": beta[: len(beta) // 2]},
        {"id": "gamma", "source": "one", "text": gamma + "\n\n" + shared},
        {
            "id": "delta",
            "source": "two",
            "text": delta[: len(delta) // 2] + "\n\n" + shared + "\n\n" + delta[len(delta) // 2 :],
        },
        {"id": "short", "source": "one", "text": "Nothing here."},
        {"id": "empty", "source": "one", "text": " \n"},
    ]


def write_corpus(path: Path, rows: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def verdicts(result: cleanse.Result) -> dict[str, Any]:
    """Everything a run decided, without the order in which it came."""
    dropped = [tuple(row.items()) for row in result.dropped.to_pylist()]
    return {
        "corpus": sorted((row["id"], row["text"]) for row in result.corpus.to_pylist()),
        "dropped": sorted(dropped, key=str),
        "matches": result.matches.to_pylist(),
        "clusters": result.clusters.to_pylist(),
    }


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> cleanse.Result:
    folder = tmp_path_factory.mktemp("run")
    return cleanse.run(write_corpus(folder / "pages.jsonl", corpus()), folder / "out")


def test_copies_go_and_each_names_a_survivor_that_is_in_the_corpus(result: cleanse.Result) -> None:
    gone = {row["id"]: row for row in result.dropped.to_pylist() if row["level"] == "document"}
    assert {doc: row["reason"] for doc, row in gone.items()} == {
        "alpha-exact": "exact_duplicate",
        "alpha-edited": "near_duplicate",
        "beta-half": "contained",
        "empty": "empty",
    }
    assert {doc: row["survivor"] for doc, row in gone.items() if row["survivor"]} == {
        "alpha-exact": "alpha",
        "alpha-edited": "alpha",
        "beta-half": "beta",
    }
    kept = set(result.corpus["id"].to_pylist())
    assert kept == {"alpha", "beta", "gamma", "delta", "short"}
    assert {row["survivor"] for row in result.dropped.to_pylist()} - {None} <= kept


def test_a_long_shared_passage_is_cut_from_all_but_one(result: cleanse.Result) -> None:
    texts = dict(zip(result.corpus["id"].to_pylist(), result.corpus["text"].to_pylist(), strict=True))
    shared = article("shared", 8)
    assert (shared in texts["gamma"]) + (shared in texts["delta"]) == 1
    rows = [row for row in result.dropped.to_pylist() if row["level"] == "passage"]
    assert "".join("".join(row["text"].split()) for row in rows) == "".join(shared.split())
    assert {row["reason"] for row in rows} == {"shared_passage"}
    match = next(row for row in result.matches.to_pylist() if row["kind"] == "passage")
    pages = {row["id"]: row["text"] for row in corpus()}
    for side in ("a", "b"):
        span = pages[match[side]][match[f"{side}_start"] : match[f"{side}_end"]]
        assert span.lower().rstrip(".") == shared.lower().rstrip(".")


@pytest.mark.parametrize(("share", "stays"), [(0.1, False), (0.4, True)])
def test_a_passage_that_is_only_like_another_is_reported_and_stays(tmp_path: Path, share: float, stays: bool) -> None:
    one, two, shared = (article(name, sentences) for name, sentences in (("gamma", 30), ("delta", 30), ("shared", 12)))
    like = edited(shared, share)
    rows = [{"id": "gamma", "text": f"{one}\n\n{shared}"}, {"id": "delta", "text": f"{two}\n\n{like}"}]
    result = cleanse.run(write_corpus(tmp_path / "in.jsonl", rows), tmp_path / "out")
    texts = dict(zip(result.corpus["id"].to_pylist(), result.corpus["text"].to_pylist(), strict=True))
    assert (texts == {row["id"]: row["text"] for row in rows}) is stays
    assert [row["kind"] for row in result.matches.to_pylist()] == ["passage"]
    (pair,) = result.report["matches"]["shown"]
    assert ("less than 75 % of the passage's words stand in the other" in pair["verdict"]) is stays


def test_kept_and_dropped_pieces_rebuild_every_page(result: cleanse.Result) -> None:
    texts = dict(zip(result.corpus["id"].to_pylist(), result.corpus["text"].to_pylist(), strict=True))
    for row in corpus():
        page, pieces = row["text"], []
        dropped = [piece for piece in result.dropped.to_pylist() if piece["id"] == row["id"]]
        whole = next((piece["text"] for piece in dropped if piece["level"] == "document"), None)
        import pyarrow.parquet as pq

        for kept in pq.read_table(result.folder / "kept.parquet").to_pylist():
            if kept["id"] == row["id"]:
                text = whole if whole is not None else texts[row["id"]]
                piece = text[kept["text_start"] : kept["text_start"] + kept["length"]]
                assert page[kept["page_start"] : kept["page_start"] + kept["length"]] == piece
                pieces.append((kept["page_start"], piece))
        for piece in dropped:
            if piece["level"] != "document":
                assert page[piece["start"] : piece["end"]] == piece["text"]
                pieces.append((piece["start"], piece["text"]))
        rebuilt = "".join("".join(text.split()) for _, text in sorted(pieces))
        assert rebuilt == "".join(page.split())


@pytest.mark.parametrize("change", ["order", "batches", "threads"])
def test_verdicts_do_not_depend_on_order_batches_or_threads(
    result: cleanse.Result, change: str, tmp_path: Path
) -> None:
    rows = corpus()
    config = Config()
    if change == "order":
        random.Random(5).shuffle(rows)
    elif change == "batches":
        config = Config(run=Run(batch_documents=2, batch_bytes=100))
    else:
        config = Config(run=Run(threads=1))
    assert verdicts(cleanse.run(write_corpus(tmp_path / "pages.jsonl", rows), tmp_path / "out", config)) == verdicts(
        result
    )


def test_deduplicating_a_deduplicated_corpus_removes_nothing(result: cleanse.Result, tmp_path: Path) -> None:
    again = cleanse.run(result.folder / "corpus.jsonl", tmp_path / "out")
    assert again.manifest["counts"]["removed"] == 0
    assert again.manifest["counts"]["passages_dropped"] == 0
    assert again.corpus["text"].to_pylist() == result.corpus["text"].to_pylist()


def test_formats_of_the_corpus_hold_the_same(result: cleanse.Result, tmp_path: Path) -> None:
    source = write_corpus(tmp_path / "pages.jsonl", corpus())
    for form in ("parquet", "txt"):
        other = cleanse.run(source, tmp_path / form, load_config(pairs=[f"write.format={form}"]))
        assert other.corpus.to_pylist() == result.corpus.to_pylist()


def test_ids_that_point_outside_stay_inside(tmp_path: Path) -> None:
    rows = [
        {"id": name, "text": article(chr(98 + n) * 3, 3)}
        for n, name in enumerate(["../../evil", "/etc/passwd", "a/../b", "a/b.txt", "a/b", "A/B", "", "\n"])
    ]
    out = tmp_path / "deep" / "er" / "out"
    result = cleanse.run(write_corpus(tmp_path / "p.jsonl", rows), out, load_config(pairs=["write.format=txt"]))
    assert result.corpus.num_rows == len(rows)
    assert {path.name for path in tmp_path.iterdir()} == {"p.jsonl", "deep"}
    assert len(list((out / "corpus").rglob("*.txt"))) == len(rows)


def test_survivor_policies(tmp_path: Path) -> None:
    text = article("alpha", 20)
    rows = [
        {"id": "a", "source": "one", "date": "2024-01-01", "text": text},
        {"id": "b", "source": "two", "date": "2025-01-01", "text": text + " More at the end."},
        {"id": "c", "source": "three", "date": "2023-01-01", "text": text.replace("alphaaf", "other")},
    ]
    wanted = {"longest": "b", "first": "a", "newest": "b", "source": "c"}
    for policy, survivor in wanted.items():
        config = Config(dedup=Dedup(survivor=policy, source_priority=("three", "one")))  # type: ignore[arg-type]
        found = cleanse.find_duplicates(rows, config)
        assert set(found.removed["survivor"].to_pylist()) == {survivor}, policy
        assert set(found.removed["id"].to_pylist()) == {"a", "b", "c"} - {survivor}


def test_no_chain_removes_what_no_survivor_covers() -> None:
    words = article("chain", 60).split()
    links = [" ".join(words[at : at + 300]) for at in range(0, 500, 60)]
    found = cleanse.find_duplicates([{"id": str(n), "text": text} for n, text in enumerate(links)])
    kept = {str(n) for n in range(len(links))} - set(found.removed["id"].to_pylist())
    assert len(kept) > 1
    for row in found.removed.to_pylist():
        assert row["survivor"] in kept
        mine, other = links[int(row["id"])].split(), set(links[int(row["survivor"])].split())
        assert sum(word in other for word in mine) >= 0.75 * len(mine)


@pytest.mark.parametrize(
    "script",
    [
        "春天的港口在暴风雨之后关闭了",
        "저녁에는 바람이 불고 배들이 항구로 돌아왔다 ",
        "كانت السفن تعود إلى الميناء في المساء ",
        "Корабли вернулись в гавань вечером после бури ",
        "เรือกลับมาที่ท่าเรือในตอนเย็น",
    ],
)
def test_every_script_is_deduplicated(script: str) -> None:
    chance = random.Random(3)
    letters = sorted(set(script.replace(" ", "")))
    spaced = " " in script

    def page(seed: int) -> str:
        chance.seed(seed)
        words = ["".join(chance.choices(letters, k=chance.randint(3, 8))) for _ in range(150)]
        return (" " if spaced else "").join(words)

    original, other = page(1), page(2)
    copy = original[:200] + original[240:]
    found = cleanse.find_duplicates([original, other, copy])
    assert found.removed.select(["id", "survivor"]).to_pylist() == [{"id": "2", "survivor": "0"}]


def test_unrelated_documents_that_share_a_notice_both_stay() -> None:
    notice = " ".join(f"notice{n}" for n in range(40)) + "."
    rows = [
        {"id": str(n), "text": notice + "\n\n" + article(f"{chr(97 + n // 26)}{chr(97 + n % 26)}x", 6)}
        for n in range(60)
    ]
    found = cleanse.find_duplicates(rows)
    assert found.removed.num_rows == 0


@settings(max_examples=8)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 12), st.booleans()), min_size=1, max_size=8))
def test_any_mixture_of_copies_is_conserved(parts: list[tuple[str, int, bool]]) -> None:
    """`cleanse.run` itself raises when a character is lost; here for overlapping copies of all kinds."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        rows = [
            {"id": str(n), "text": article(name, length) + ("\n\n" + article("shared", 7) if tail else "")}
            for n, (name, length, tail) in enumerate(parts)
        ]
        result = cleanse.run(
            write_corpus(Path(folder) / "p.jsonl", rows),
            Path(folder) / "out",
            load_config(pairs=["write.report=false"]),
        )
        counts = result.manifest["counts"]
        assert counts["documents"] == len(rows) == counts["kept"] + counts["removed"] + counts["empty"]
        kept = set(result.corpus["id"].to_pylist())
        assert {row["survivor"] for row in result.dropped.to_pylist()} - {None} <= kept


def test_nothing_readable_leaves_the_previous_result(result: cleanse.Result, tmp_path: Path) -> None:
    out = tmp_path / "out"
    cleanse.run(write_corpus(tmp_path / "p.jsonl", corpus()[:2]), out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    (tmp_path / "none").mkdir()
    with pytest.raises(NothingReadable, match="no documents there"):
        cleanse.run(tmp_path / "none", out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_run_folder_inside_the_input_is_not_read_again(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_text(article("a", 5))
    for out in (pages / "out", pages, pages / "out2"):
        first = cleanse.run(pages, out)
        again = cleanse.run(pages, out)
        assert [entry["path"] for entry in first.manifest["inputs"]] == [str(pages / "a.txt")]
        assert again.manifest["inputs"] == first.manifest["inputs"]


def test_what_lies_in_the_output_folder_and_is_no_result_stays(tmp_path: Path) -> None:
    source = write_corpus(tmp_path / "p.jsonl", corpus()[:2])
    out = tmp_path / "out"
    (out / "corpus").mkdir(parents=True)
    (out / "corpus" / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="no run has made it"):
        cleanse.run(source, out, load_config(pairs=["write.format=txt"]))
    assert (out / "corpus" / "mine.txt").read_text() == "mine"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine")
    cleanse.run(source, tmp_path / "other")
    assert (tmp_path / "other" / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("name", [name for name in RESULTS if name not in ("data", "README.md", "corpus")])
def test_files_named_like_results_that_no_run_has_made_are_not_replaced(tmp_path: Path, name: str) -> None:
    source = write_corpus(tmp_path / "p.jsonl", corpus()[:2])
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text("{}\n")
    with pytest.raises(OutputError, match=rf"out/{re.escape(name)}: is there and no run has made it"):
        cleanse.run(source, out)
    assert {path.name: path.read_text() for path in out.iterdir()} == {name: "{}\n"}


@pytest.mark.parametrize("name", ["data/train-00000-of-00001.parquet", "corpus/part-00000.jsonl", "corpus/index.jsonl"])
def test_folders_that_a_later_run_would_take_for_its_own_are_refused(tmp_path: Path, name: str) -> None:
    source = write_corpus(tmp_path / "p.jsonl", corpus()[:2])
    mine = tmp_path / "out" / name
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    for form in ("jsonl", "huggingface"):
        with pytest.raises(OutputError, match="no run has made it"):
            cleanse.run(source, tmp_path / "out", load_config(pairs=[f"write.format={form}"]))
    assert mine.read_text() == "mine"


def test_what_a_run_has_left_is_replaced_whatever_has_become_of_it(tmp_path: Path) -> None:
    source = write_corpus(tmp_path / "p.jsonl", corpus()[:2])
    out = tmp_path / "out"
    cleanse.run(source, out, load_config(pairs=["write.format=parquet"]))
    (out / "kept.parquet").write_bytes(b"damaged")
    (out / "UNFINISHED").touch()
    (out / "run.json").unlink()  # as a run that is stopped while it moves its files in
    result = cleanse.run(source, out)
    assert not (out / "corpus.parquet").exists()
    assert len(result.corpus) == 1


def test_an_input_that_the_run_would_replace_is_refused(tmp_path: Path) -> None:
    source = write_corpus(tmp_path / "p.jsonl", corpus()[:2])
    out = tmp_path / "out"
    cleanse.run(source, out)
    before = (out / "corpus.jsonl").read_bytes()
    with pytest.raises(OutputError, match=r"corpus\.jsonl: is an input, and the run would replace it"):
        cleanse.run(out / "corpus.jsonl", out)
    assert (out / "corpus.jsonl").read_bytes() == before


@pytest.mark.parametrize("change", ["grow", "go"])
def test_an_input_that_changes_while_it_is_read_is_named_and_has_no_hash(tmp_path: Path, change: str) -> None:
    source = write_corpus(tmp_path / "p.jsonl", corpus()[:4])
    still = write_corpus(tmp_path / "q.jsonl", corpus()[4:8])

    class Changing(Unwatched):
        said: ClassVar[list[str]] = []

        def begin(self, stage: str) -> None:
            if stage == "strip" and change == "grow":
                with source.open("a") as file:
                    file.write('{"text": "more"}\n')
            elif stage == "strip":
                source.unlink()

        def say(self, message: str) -> None:
            self.said.append(message)

    watcher = Changing()
    result = pipeline.run([source, still], tmp_path / "out", watcher=watcher)
    first, second = result.manifest["inputs"]
    assert first == {"path": str(source), "bytes": None, "sha256": None, "changed": True}
    assert second["sha256"] == sha256(still.read_bytes()).hexdigest()
    assert watcher.said == [f"changed while the run worked, so that run.json has no hash: {source}"]
    assert result.report["inputs"]["shown"][0]["changed"]


def test_a_folder_of_results_that_is_somebody_elses_is_read_each_time(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "page.txt").write_text(article("theirs", 4))
    assert [len(cleanse.run(tmp_path, tmp_path).corpus) for _ in range(2)] == [1, 1]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes that have names")
def test_a_file_that_is_not_read_is_not_opened_for_its_hash_either(tmp_path: Path) -> None:
    pages, outside = tmp_path / "pages", tmp_path / "outside.txt"
    pages.mkdir()
    (pages / "page.txt").write_text(article("page", 4))
    outside.write_text("not asked for")
    os.mkfifo(pages / "pipe.txt")
    (pages / "link.txt").symlink_to(outside)
    cleanse.run(pages, tmp_path / "out")
    inputs = json.loads((tmp_path / "out" / "run.json").read_bytes())["inputs"]
    assert [entry["sha256"] is None for entry in inputs] == [True, False, True]


def test_the_manifest_names_inputs_settings_and_times(result: cleanse.Result) -> None:
    manifest = result.manifest
    assert manifest["version"] == cleanse.__version__
    assert manifest["fingerprint"] == Config().fingerprint()
    assert msgspec.convert(manifest["config"], Config) == Config()
    assert [set(entry) for entry in manifest["inputs"]] == [{"path", "bytes", "sha256"}]
    assert {"read", "strip", "tokens", "alignment", "write"} <= set(manifest["seconds"])
    assert manifest["seconds"].keys() == manifest["cpu_seconds"].keys() == manifest["peak_bytes"].keys()
    assert manifest["cpu_seconds"]["strip"] > 0  # of the workers
    peaks = list(manifest["peak_bytes"].values())
    assert peaks == sorted(peaks)
    assert peaks[0] > 10_000_000
