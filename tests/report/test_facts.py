"""The facts are what a plain count over the rows gives, whatever the format of the corpus; caps hold and are stated."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from cleanse import schema
from cleanse.errors import InputNotFound, NoRoom, UsageError
from cleanse.report import build_report, write_report
from cleanse.report import folder as run_folder

from .examples import FOX, STORK, small_run
from .runs import Doc, Run, cluster

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def _text(side: dict[str, Any]) -> str:
    return "".join(text for text, _, _ in side["pieces"])


def _marked(side: dict[str, Any]) -> list[str]:
    return [text for text, differs, _ in side["pieces"] if differs]


def test_reasons_equal_a_plain_count(small: Path) -> None:
    rows = pq.read_table(small / "dropped.parquet").to_pylist()
    facts = {row["reason"]: row for row in build_report(small)["reasons"]}
    assert {name: row["pieces"] for name, row in facts.items()} == Counter(row["reason"] for row in rows)
    for name, fact in facts.items():
        mine = [row for row in rows if row["reason"] == name]
        assert fact["words"] == sum(row["words"] for row in mine)
        assert fact["documents"] == len({row["id"] for row in mine})
        assert fact["confidence"] == pytest.approx(sum(row["confidence"] for row in mine) / len(mine))
        assert {row["text"] for row in fact["examples"]} == {row["text"] for row in mine}
    families = [row["family"] for row in build_report(small)["reasons"]]
    assert families == sorted(families)


def test_headline_adds_up(small: Path) -> None:
    head = build_report(small)["headline"]
    assert (head["documents"], head["kept"], head["removed"], head["empty"]) == (5, 3, 1, 1)
    assert head["removed_by_kind"] == {"near_duplicate": 1, "empty": 1}
    assert head["passages_dropped"] == 1
    assert head["words_in"] == head["words_out"] + head["words_boilerplate"] + head["words_duplicate"]
    assert head["share_duplicate"] == head["words_duplicate"] / head["words_in"]


def test_pairs_overlap_and_histograms_equal_a_plain_count(small: Path) -> None:
    facts = build_report(small)
    assert {row["kind"]: (row["pairs"], row["matches"]) for row in facts["pairs"]} == {
        "near": (1, 2),
        "passage": (1, 1),
    }
    overlap = facts["overlap"]
    cells = {
        (a, b): (cell["documents"], cell["passages"], [(row["a"], row["b"]) for row in cell["shown"]])
        for i, a in enumerate(overlap["sources"])
        for j, b in enumerate(overlap["sources"])
        if (cell := overlap["cells"][i][j])
    }
    assert cells == {
        ("alpha.example", "beta.example"): (1, 0, [("a/one", "b/two")]),
        ("alpha.example", "gamma.example"): (0, 1, [("a/one", "c/three")]),
    }
    coverage, similarity = facts["thresholds"]["coverage"], facts["thresholds"]["similarity"]
    assert {n: count for n, count in enumerate(coverage["bins"]) if count} == {19: 1, 10: 1}
    assert {n: count for n, count in enumerate(similarity["bins"]) if count} == {18: 1, 19: 1}, (
        "the pair's, not a span's"
    )


def test_the_matrix_says_where_the_text_is_kept_whichever_side_ranks_first(tmp_path: Path) -> None:
    docs = [Doc("long", "one", [(FOX, None), (STORK, None)]), Doc("short", "two", [(FOX, None)])]
    run = Run(docs)
    run.match("short", "long", FOX, kind="contained", coverage_a=1.0)
    run.clusters = cluster(0, ("long", "one", "contained", 1.0), ("short", "two", "contained", 1.0))
    overlap = build_report(run.write(tmp_path))["overlap"]
    one, two = overlap["sources"].index("one"), overlap["sources"].index("two")
    assert overlap["cells"][one][two]["documents"] == 1
    assert overlap["cells"][two][one] is None


def test_each_cell_lists_duplicates_and_passages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleanse.report.overlap.CELL", 4)
    docs = [Doc("kept", "one", [(FOX, None)]), *(Doc(f"d{n}", "two", [(FOX, None)]) for n in range(9))]
    run = Run(docs)
    for n in range(9):
        run.match("kept", f"d{n}", FOX, kind="passage" if n % 3 == 0 else "near")
    (cell,) = [cell for row in build_report(run.write(tmp_path))["overlap"]["cells"] for cell in row if cell]
    assert (cell["pairs"], cell["documents"], cell["passages"]) == (9, 6, 3)
    assert [(row["b"], row["kind"]) for row in cell["shown"]] == [
        ("d1", "near"), ("d2", "near"), ("d0", "passage"), ("d3", "passage"),
    ]  # fmt: skip


def test_one_pass_over_the_corpus_is_enough(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = build_report(small)
    fetch = run_folder.RunFolder.fetch

    def and_no_more(self: run_folder.RunFolder, ids: Iterable[str]) -> None:
        fetch(self, ids)
        (small / "corpus.jsonl").write_text("no corpus any more\n", encoding="utf-8")

    monkeypatch.setattr(run_folder.RunFolder, "fetch", and_no_more)
    assert build_report(small) == expected
    with pytest.raises(UsageError, match="damaged"):
        build_report(small)


@pytest.mark.parametrize("form", ["jsonl", "parquet", "txt"])
def test_sides_are_the_words_of_the_pages(tmp_path: Path, form: str) -> None:
    run = small_run()
    run.form = form
    facts = build_report(run.write(tmp_path / "out [1]*"))
    near, passage = (next(m for m in facts["matches"]["shown"] if m["kind"] == kind) for kind in ("near", "passage"))
    fox, stork = near["shown"]
    assert _text(fox["a"]) == FOX
    assert _marked(fox["a"]) == ["lazy"]
    assert _marked(fox["b"]) == ["sleepy"]
    assert _text(stork["a"]) == _text(stork["b"]) == STORK
    assert fox["a"]["after"].strip().startswith("White storks")
    assert _text(passage["shown"][0]["b"]) == STORK, "a cut passage is read from dropped.parquet"
    assert facts["documents"]["b/two"]["removed"]
    assert facts["documents"]["a/one"]["title"] == "Foxes"


def test_matches_are_capped_weakest_first(tmp_path: Path) -> None:
    text = [f"passage number {n} is unlike all of the other passages here" for n in range(30)]
    docs = [Doc(f"d{n:02}", f"s{n % 7}", [(line, None) for line in text]) for n in range(31)]
    run = Run(docs, config={"write": {"report_matches": 9}})
    for n in range(30):
        run.match("d00", f"d{n + 1:02}", text[n], similarity=0.56 + n / 100, kind="near" if n % 3 else "passage")
    facts = build_report(run.write(tmp_path))
    shown = facts["matches"]["shown"]
    assert len(shown) == facts["matches"]["cap"] == 9
    assert facts["matches"]["pairs"] == 30
    margins = [row["margin"] for row in shown]
    assert margins == sorted(margins)
    assert {row["kind"] for row in shown} == {"near", "passage"}


def test_clusters_show_the_survivor_first_and_are_capped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleanse.report.groups.CLUSTERS", 2)
    monkeypatch.setattr("cleanse.report.groups.MEMBERS", 3)
    docs = [Doc(f"d{n}", "s", [(f"words {n}", None)]) for n in range(12)]
    run = Run(docs)
    for number, size in enumerate((2, 5, 3)):
        run.clusters += cluster(number, *[(f"d{n + 3 * number}", "s", "near", 1 - n / 10) for n in range(size)])
    clusters = build_report(run.write(tmp_path))["clusters"]
    assert (clusters["count"], clusters["members"]) == (3, 10)
    assert [row["size"] for row in clusters["shown"]] == [5, 3]
    assert [row["id"] for row in clusters["shown"][0]["members"]] == ["d3", "d7", "d6"]
    assert clusters["shown"][0]["survivor"] == "d3"


def test_examples_differ_and_start_with_the_least_sure(tmp_path: Path) -> None:
    docs = [
        Doc(f"d{n}", f"s{n % 3}", [("." * (n % 5), "low_content"), (f"menu {n % 20}", "navigation")]) for n in range(99)
    ]
    examples = next(
        r["examples"] for r in build_report(Run(docs).write(tmp_path))["reasons"] if r["reason"] == "navigation"
    )
    assert [row["first"] for row in examples[:9]] == [True] * 8 + [False] * (len(examples) > 8)
    assert len({row["text"] for row in examples}) == len(examples)
    assert examples[0]["confidence"] == min(row["confidence"] for row in examples)


def test_examples_can_be_filtered_by_source(tmp_path: Path) -> None:
    docs = [Doc(f"d{n}", f"s{n % 30}", [(f"menu {n}", "navigation")]) for n in range(300)]
    facts = build_report(Run(docs).write(tmp_path))
    examples = next(r["examples"] for r in facts["reasons"] if r["reason"] == "navigation")
    assert facts["sources"]["of"] == 30
    assert len(facts["sources"]["sources"]) == 24
    assert sum(row["first"] for row in examples) == 8
    assert {row["source"] for row in examples} >= set(facts["sources"]["sources"])
    assert len({row["text"] for row in examples}) == len(examples)


def test_every_survivor_and_every_pair_says_why(small: Path) -> None:
    facts = build_report(small)
    (found,) = facts["clusters"]["shown"]
    assert found["why"] == "stays because no other is longer; 10 words, as many as the longest removed one"
    verdicts = {row["kind"]: row["verdict"] for row in facts["matches"]["shown"]}
    assert verdicts["near"].startswith("b/two was removed: 96.0 % of what it says stands in the other")
    assert verdicts["passage"].startswith("Both stay: they share 50.0 %")
    assert verdicts["passage"].endswith("11 words were cut from c/three.")


@pytest.mark.parametrize(
    ("policy", "words", "said"),
    [
        ("longest", (30, 20), "it is the longest; 30 words, the longest removed one has 20"),
        ("longest", (20, 30), "although one with 30 words was longer"),
        ("first", (20, 30), "it was read first"),
        ("newest", (20, 30), "it is the newest"),
        ("source", (20, 30), "its source ranks first"),
    ],
)
def test_a_survivor_is_explained_by_its_policy(policy: str, words: tuple[int, int], said: str) -> None:
    from cleanse.report.verdict import survival

    assert said in survival({"survivor_words": words[0], "most_words": words[1]}, {"survivor": policy})


def test_a_passage_above_both_thresholds_says_why_it_is_none_the_less_no_duplicate() -> None:
    from cleanse.report.verdict import verdict

    pair = {"a": "x", "b": "y", "kind": "passage", "similarity": 1.0, "coverage_a": 0.1, "coverage_b": 1.0}
    pair |= {"removed": None, "cut_a": 0, "cut_b": 0, "longest": 30}
    assert "a small part somewhere inside a much larger document" in verdict(pair, {})
    assert verdict(pair, {}).endswith("passages below 60 words stay.")
    assert "55.0 % is" not in verdict(pair | {"coverage_b": 0.2}, {})
    assert "a duplicate needs 75 %" in verdict(pair | {"coverage_b": 0.2}, {})
    assert "a duplicate needs 55 %" in verdict(pair | {"similarity": 0.5}, {})


def test_report_json_holds_the_facts_and_is_the_same_each_time(small: Path) -> None:
    path = write_report(small, html=False)
    assert path == small / "report.json"
    assert not (small / "report.html").exists()
    first = path.read_bytes()
    assert json.loads(first) == json.loads(json.dumps(build_report(small)))
    assert json.loads(first)["schema"] == 1
    write_report(small)
    assert path.read_bytes() == first
    assert sorted(p.name for p in small.iterdir() if p.name.startswith(".")) == []


def test_tables_that_a_run_did_not_write_are_empty(small: Path) -> None:
    for name in ("matches", "clusters", "kept"):
        (small / f"{name}.parquet").unlink()
    facts = build_report(small)
    assert facts["matches"]["shown"] == []
    assert facts["clusters"]["count"] == 0


def test_a_folder_without_a_run_is_named(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InputNotFound, match=folder.name):
            build_report(folder)
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(UsageError, match=r"run\.json"):
        build_report(tmp_path)


def test_every_reason_has_a_meaning() -> None:
    from cleanse.report.wording import MEANINGS

    assert set(MEANINGS) == {reason.value for reason in schema.Reason}


def test_a_report_has_as_many_threads_as_its_memory_is_enough_for(tmp_path: Path) -> None:
    for memory, text, threads in (("600MB", "text", 1), ("1GB", "text", 5), ("1GB", "text " * 1_600_000, 4)):
        out = Run([Doc("a", "s", [(text, None)])], config={"run": {"memory": memory, "threads": 8}}).write(
            tmp_path / f"{memory} {threads}"
        )
        with run_folder.RunFolder(out) as run:
            assert run.rows("SELECT current_setting('threads') AS threads") == [{"threads": threads}]


def test_a_report_that_lacks_memory_says_so(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_folder, "sql_bytes", lambda _: 1_000_000)
    with pytest.raises(NoRoom, match=r"with a larger run\.memory"):
        build_report(small)
