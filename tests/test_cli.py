"""The command line: exit codes, one clear line for each user's mistake, data on stdout and talk on stderr."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from cleanse.cli import main
from cleanse.config import Config, load_config
from tests.conftest import article

if TYPE_CHECKING:
    from pathlib import Path


def cleanse(*args: object, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], input=stdin)


def error(done: Result) -> str:
    """The one line that a failing command prints."""
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("cleanse: ") and "skipped" not in line]
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    path = tmp_path / "pages.jsonl"
    rows = [
        {"id": "a", "text": article("a", 20)},
        {"id": "b", "text": article("a", 20)},
        {"id": "c", "text": article("c", 20)},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_run_writes_all_results_and_a_summary(pages: Path, tmp_path: Path) -> None:
    done = cleanse("run", pages, "-o", tmp_path / "out")
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "report.html" in done.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "corpus.jsonl", "kept.parquet", "dropped.parquet", "matches.parquet", "clusters.parquet", "report.html", "report.json", "run.json",
    }  # fmt: skip


def test_json_goes_to_stdout_alone(pages: Path, tmp_path: Path) -> None:
    done = cleanse("run", pages, "-o", tmp_path / "out", "--json", "-q")
    assert done.stderr == ""
    counts = json.loads(done.stdout)
    assert (counts["documents"], counts["kept"], counts["removed"]) == (3, 2, 1)


def test_dry_run_says_what_a_run_would_do_and_writes_nothing(pages: Path, tmp_path: Path) -> None:
    done = cleanse("run", pages, "-o", tmp_path / "out", "--dry-run", "--preset", "news", "--set", "dedup.num_perm=64")
    assert done.exit_code == 0
    for words in (
        "1 jsonl", "about 3 documents", "sources there: pages", "of one processor", "memory", "disk",
        "bands of", "Jaccard similarity", "dedup.survivor = \"newest\"  (preset news)",
        "dedup.num_perm = 64  (--set dedup.num_perm=64)",
    ):  # fmt: skip
        assert words in done.stdout, words
    assert not (tmp_path / "out").exists()
    assert "Every setting has its default" in cleanse("run", pages, "-o", tmp_path / "out", "--dry-run").stdout


def test_dry_run_as_json(pages: Path, tmp_path: Path) -> None:
    done = cleanse("dedupe", pages, "-o", tmp_path / "out", "--dry-run", "--json", "--duplicates", "classic")
    facts = json.loads(done.stdout)
    assert (facts["files"], facts["documents"], facts["bytes"]) == (1, 3, pages.stat().st_size)
    assert facts["settings"] == {"strip.enabled": False, "dedup.profile": "classic"}
    assert (facts["curve"]["bands"], facts["curve"]["rows"]) == (25, 5)
    assert not (tmp_path / "out").exists()


def test_dry_run_finds_a_users_mistakes(pages: Path, tmp_path: Path) -> None:
    options = ("-o", tmp_path / "out", "--dry-run")
    assert cleanse("run", pages, *options, "--text-field", "body").exit_code == 2
    assert cleanse("run", tmp_path / "nowhere", *options).exit_code == 2
    (tmp_path / "empty").mkdir()
    assert cleanse("run", tmp_path / "empty", *options).exit_code == 3


def test_dedupe_says_that_html_is_taken_with_its_markup(pages: Path, tmp_path: Path) -> None:
    rows = [{"html": f"<html><body><p>{article(name, 5)}</p></body></html>"} for name in "xy"] + [
        {"text": article("z")}
    ]
    page = tmp_path / "mixed.jsonl"
    page.write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = "2 of 3 documents are HTML and taken as they are, markup too: cleanse run strips it first"
    assert said in cleanse("dedupe", page, "-o", tmp_path / "out").stderr
    assert said not in cleanse("dedupe", page, "-o", tmp_path / "out", "-q").stderr
    for command in ("add", "match"):
        assert said in cleanse("index", command, tmp_path / "seen.idx", page).stderr
    assert "HTML" not in cleanse("run", page, "-o", tmp_path / "out").stderr
    assert "HTML" not in cleanse("dedupe", pages, "-o", tmp_path / "out").stderr


def test_dedupe_takes_texts_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(article("a", 20) + "\n\n4 Comments\nAnna\nSad.")
    done = cleanse("dedupe", tmp_path / "a.txt", "-o", tmp_path / "out", "--json")
    assert done.exit_code == 0
    corpus = json.loads((tmp_path / "out" / "corpus.jsonl").read_text())
    assert corpus["text"].endswith("4 Comments\nAnna\nSad.")


def test_strip_is_a_filter() -> None:
    text = article("a", 5)
    done = cleanse("strip", stdin=text + "\n\n4 Comments\nAnna\nSad.")
    assert (done.exit_code, done.stdout) == (0, text + "\n")
    done = cleanse("strip", "-", "--json", stdin=text + "\n\n4 Comments\nAnna\nSad.")
    blocks = json.loads(done.stdout)["blocks"]
    assert [block["reason"] for block in blocks][-3:] == ["comments"] * 3
    done = cleanse("strip", "--keep", "comments", stdin=text + "\n\n4 Comments\nAnna\nSad.")
    assert done.stdout.endswith("Sad.\n")


def test_explain_tells_what_became_of_a_document(pages: Path, tmp_path: Path) -> None:
    cleanse("run", pages, "-o", tmp_path / "out", "-q")
    done = cleanse("explain", tmp_path / "out", "b")
    assert done.exit_code == 0
    assert "exact" in done.stdout
    facts = json.loads(cleanse("explain", tmp_path / "out", "b", "--json").stdout)
    assert facts["id"] == "b"
    done = cleanse("explain", tmp_path / "out", "bb")
    assert done.exit_code == 2
    assert "'b'" in error(done) or " b" in error(done)


def test_explain_counts_one_piece_as_one(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Nothing but this stands here.")
    cleanse("run", tmp_path / "a.txt", "-o", tmp_path / "out", "-q")
    assert "Page: 1 piece, 0 dropped with 0 words" in cleanse("explain", tmp_path / "out", "a.txt").stdout


def test_explain_shows_one_passage_whole(pages: Path, tmp_path: Path) -> None:
    cleanse("run", pages, "-o", tmp_path / "out", "-q")
    assert "Match 1 of 1" in cleanse("explain", tmp_path / "out", "b", "--passage", 1).stdout
    facts = json.loads(cleanse("explain", tmp_path / "out", "b", "--passage", 1, "--json").stdout)
    assert facts["passage"]["text"] == facts["passage"]["other_text"] == article("a", 20)
    done = cleanse("explain", tmp_path / "out", "b", "--passage", 2)
    assert done.exit_code == 2
    assert "takes 1 to 1" in error(done)


def test_a_run_without_a_page_is_reported_later(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    cleanse("run", pages, "-o", out, "-q", "--no-report")
    assert not (out / "report.html").exists()
    opened: list[str] = []
    monkeypatch.setattr("click.launch", lambda url: opened.append(url) or 0)
    done = cleanse("report", out)
    assert (done.exit_code, done.stdout, opened) == (0, "", [])
    assert (out / "report.html").exists()
    assert cleanse("report", out, "--open").exit_code == 0
    assert opened == [(out / "report.html").resolve().as_uri()]
    monkeypatch.setattr("click.launch", lambda url: 1)
    assert "no browser" in cleanse("report", out, "--open").stderr
    assert cleanse("report", tmp_path / "nowhere").exit_code == 2


def test_two_runs_are_compared_and_the_next_run_clears_the_page(pages: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    cleanse("run", pages, "-o", one, "-q")
    cleanse("run", pages, "-o", two, "-q", "--set", "dedup.enabled=false")
    done = cleanse("report", two, "--compare", one)
    assert done.exit_code == 0
    assert "dedup.enabled: True -> False" in done.stderr
    assert "removed -> kept: 1" in done.stderr
    assert (two / "compare.html").exists()
    assert not (one / "compare.html").exists()
    cleanse("run", pages, "-o", two, "-q")
    assert not (two / "compare.html").exists()
    assert cleanse("report", two, "--compare", tmp_path / "nowhere").exit_code == 2


def test_the_summary_is_plain_unless_a_terminal_takes_more(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    from cleanse.cli.run import _looks

    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    for name in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    plain = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    full, ascii_only = (Terminal(io.BytesIO(), encoding=name) for name in ("utf-8", "ascii"))
    assert _looks(plain) == {"unicode": False, "colour": False}
    assert _looks(full) == {"unicode": True, "colour": True}
    assert _looks(ascii_only) == {"unicode": False, "colour": True}
    monkeypatch.setenv("NO_COLOR", "1")
    assert _looks(full) == {"unicode": True, "colour": False}
    monkeypatch.setenv("TERM", "dumb")
    assert _looks(full) == {"unicode": False, "colour": False}


def test_config_prints_settings_that_it_reads_back(tmp_path: Path) -> None:
    done = cleanse("config", "--set", "dedup.coverage=0.9")
    assert done.exit_code == 0
    (tmp_path / "c.toml").write_text(done.stdout)
    assert load_config(tmp_path / "c.toml").dedup.coverage == 0.9
    assert load_config(tmp_path / "c.toml", ["dedup.coverage=0.75"]) == Config()


def test_config_prints_what_changed_and_who_changed_it(tmp_path: Path) -> None:
    done = cleanse("config", "--preset", "archive", "--changed")
    assert done.exit_code == 0
    assert 'profile = "strict"  # default "balanced", here by preset archive' in done.stdout
    assert "coverage" not in done.stdout
    (tmp_path / "c.toml").write_text(done.stdout)
    assert load_config(tmp_path / "c.toml") == load_config(pairs=["preset=archive"])


def test_the_environment_lies_between_file_and_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.toml").write_text("[dedup]\ncoverage = 0.5")
    options = ("config", "--changed", "--config", tmp_path / "c.toml")
    assert "coverage = 0.5" in cleanse(*options).stdout
    monkeypatch.setenv("CLEANSE_DEDUP__COVERAGE", "0.6")
    assert (
        "coverage = 0.6  # default 0.75, here by environment variable CLEANSE_DEDUP__COVERAGE"
        in cleanse(*options).stdout
    )
    assert "coverage = 0.7" in cleanse(*options, "--set", "dedup.coverage=0.7").stdout
    monkeypatch.setenv("CLEANSE_DEDUP__COVRAGE", "0.6")
    done = cleanse(*options)
    assert done.exit_code == 2
    assert "CLEANSE_DEDUP__COVRAGE: no such setting; did you mean CLEANSE_DEDUP__COVERAGE?" in error(done)


def test_own_options_win_over_set(pages: Path, tmp_path: Path) -> None:
    options = ("run", pages, "-o", tmp_path / "out", "--dry-run", "--json")
    facts = json.loads(cleanse(*options, "--set", "write.format=txt", "--format", "parquet").stdout)
    assert facts["settings"]["write.format"] == "parquet"


def test_options_stand_under_headings() -> None:
    lines = cleanse("run", "--help").output.splitlines()
    headings = [line for line in lines if line.endswith(":") and not line.startswith((" ", "Usage"))]
    assert headings[0] == "What is written:"
    assert headings[-1] == "Options:"
    assert len(headings) > 4


def completed(*words: str) -> list[str]:
    """What the shell would propose for the last word."""
    environment = {
        "_CLEANSE_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }
    done = CliRunner().invoke(main, [], env=environment, prog_name="cleanse")
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


def test_the_shell_completes_commands_settings_and_presets() -> None:
    assert completed("cleanse", "ex") == ["explain"]
    assert completed("cleanse", "run", "--pres") == ["--preset"]
    assert "llm-corpus" in completed("cleanse", "run", "--preset", "")
    assert completed("cleanse", "run", "--set", "dedup.cov") == ["dedup.coverage=0.75"]
    assert completed("cleanse", "config", "--set", "dedup.profile=s") == ["dedup.profile=strict"]


def test_the_shell_completes_ids_that_no_shell_would_run(tmp_path: Path) -> None:
    ids = [
        "page-1",
        "page 2",
        "page;reboot",
        "page$(reboot)",
        "page`reboot`",
        "~page",
        "page*",
        "-page",
        "page\nx",
        "page/3.html",
    ]
    rows = [{"id": name, "text": article(f"x{chr(97 + n)}", 10)} for n, name in enumerate(ids)]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    cleanse("dedupe", tmp_path / "p.jsonl", "-o", tmp_path / "out", "-q")
    assert completed("cleanse", "explain", str(tmp_path / "out"), "") == ["page-1", "page/3.html"]
    assert completed("cleanse", "explain", str(tmp_path / "out"), "page/") == ["page/3.html"]
    assert completed("cleanse", "explain", str(tmp_path / "nowhere"), "p") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_one_that_the_shell_reads(shell: str, tmp_path: Path) -> None:
    done = cleanse("completion", shell)
    assert done.exit_code == 0
    assert f"_CLEANSE_COMPLETE={shell}_complete" in done.stdout
    if shutil.which(shell):
        (tmp_path / "script").write_text(done.stdout)
        subprocess.run([shell, "-n", tmp_path / "script"], check=True)


def test_a_missing_path_is_2(tmp_path: Path) -> None:
    done = cleanse("run", tmp_path / "nowhere", "-o", tmp_path / "out")
    assert done.exit_code == 2
    assert "nowhere" in error(done)
    assert not (tmp_path / "out").exists()


def test_an_empty_folder_is_3(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = cleanse("run", tmp_path / "empty", "-o", tmp_path / "out")
    assert done.exit_code == 3
    assert "empty" in error(done)


def test_a_binary_file_alone_is_3_and_among_others_is_skipped_and_named(pages: Path, tmp_path: Path) -> None:
    binary = tmp_path / "photo.txt"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    done = cleanse("run", binary, "-o", tmp_path / "out")
    assert done.exit_code == 3
    assert "photo.txt" in error(done)
    done = cleanse("run", binary, pages, "-o", tmp_path / "out")
    assert done.exit_code == 0
    assert "skipped" in done.stderr
    assert "photo.txt" in done.stderr
    assert json.loads((tmp_path / "out" / "run.json").read_text())["unreadable"][0]["path"].endswith("photo.txt")


def test_strict_makes_an_unreadable_input_1(pages: Path, tmp_path: Path) -> None:
    with pages.open("a") as file:
        file.write('{"id": "d", "text": \n')
    done = cleanse("run", pages, "-o", tmp_path / "out")
    assert done.exit_code == 0
    assert "pages.jsonl:4" in done.stderr
    done = cleanse("run", pages, "-o", tmp_path / "out", "--strict")
    assert done.exit_code == 1
    assert "--strict" in error(done)


def test_a_gate_that_fails_is_1(pages: Path, tmp_path: Path) -> None:
    assert cleanse("run", pages, "-o", tmp_path / "out", "--fail-over", "50%").exit_code == 0
    done = cleanse("run", pages, "-o", tmp_path / "out", "--fail-over", "20%")
    assert done.exit_code == 1
    assert "33.3%" in error(done)
    assert cleanse("run", pages, "-o", tmp_path / "out", "--fail-over", "many").exit_code == 2


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--text-field", "body"], "body"),
        (["--set", "dedup.covrage=1"], "did you mean dedup.coverage"),
        (["--set", "dedup.coverage=2"], "dedup.coverage"),
        (["--set", "nonsense"], "section.name=value"),
        (["--set", "run.memory=lots"], "run.memory"),
        (["--set", "run.memory=1MB"], "run.memory"),
        (["--config", "nowhere.toml"], "nowhere.toml"),
        (["--keep", "commnts"], "did you mean comments"),
        (["--set", "read.encoding=utf-99"], "utf-99"),
    ],
)
def test_wrong_settings_are_2_and_name_the_fix(pages: Path, tmp_path: Path, options: list[str], named: str) -> None:
    done = cleanse("run", pages, "-o", tmp_path / "out", *options)
    assert done.exit_code == 2
    assert named in error(done)


def test_a_file_as_output_folder_is_2(pages: Path) -> None:
    done = cleanse("run", pages, "-o", pages)
    assert done.exit_code == 2
    assert "is a file" in error(done)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_folder_that_cannot_be_written_is_2(pages: Path, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    done = cleanse("run", pages, "-o", tmp_path / "closed" / "out")
    assert done.exit_code == 2
    assert "cannot be written" in error(done)


def test_strip_of_what_is_no_page(tmp_path: Path) -> None:
    assert cleanse("strip", tmp_path).exit_code == 2
    (tmp_path / "x.txt").write_bytes(b"%PDF-1.7 " + bytes(range(256)))
    done = cleanse("strip", tmp_path / "x.txt")
    assert done.exit_code == 3
    assert "x.txt" in error(done)
    assert cleanse("explain", tmp_path / "x.txt", "a").exit_code == 2


def test_skipped_inputs_are_named_even_when_quiet(pages: Path, tmp_path: Path) -> None:
    with pages.open("a") as file:
        file.write("not json\n")
    assert "pages.jsonl:4" in cleanse("run", pages, "-o", tmp_path / "out", "-q").stderr


def test_a_run_that_finds_nothing_leaves_no_folder(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    cleanse("run", tmp_path / "empty", "-o", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_usage_errors_are_2() -> None:
    assert cleanse("run").exit_code == 2
    assert cleanse("nonsense").exit_code == 2
    assert cleanse("strip", "--nonsense").exit_code == 2


def test_ctrl_c_is_130(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cleanse.pipeline.reading.find_inputs", interrupted)
    assert cleanse("run", pages, "-o", tmp_path / "out").exit_code == 130


def test_control_characters_of_a_page_never_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "bad\x1b[31m.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    done = cleanse("run", tmp_path, "-o", tmp_path / "out")
    assert done.exit_code == 3
    assert "\x1b" not in done.stderr


def test_the_module_runs_as_a_program(pages: Path, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "cleanse", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("cleanse")


def test_every_command_explains_itself() -> None:
    for command in main.commands:
        done = cleanse(command, "--help")
        assert done.exit_code == 0
        assert len(done.output.splitlines()[2].split()) >= 4


def test_a_profile_is_one_option_and_set_wins_over_what_it_sets(pages: Path, tmp_path: Path) -> None:
    for number, options in enumerate(
        (["--duplicates", "strict"], ["--duplicates", "strict", "--set", "dedup.survival=0.8"])
    ):
        out = tmp_path / f"out{number}"
        assert cleanse("dedupe", pages, "-o", out, "--quiet", *options).exit_code == 0
        dedup = json.loads((out / "run.json").read_text())["config"]["dedup"]
        assert (dedup["profile"], dedup["in_order"]) == ("strict", True)
        assert dedup["survival"] == (0.95, 0.8)[number]
    assert cleanse("dedupe", pages, "-o", tmp_path / "out", "--duplicates", "loose").exit_code == 2


def test_profile_says_where_the_time_went(pages: Path, tmp_path: Path) -> None:
    done = cleanse("run", pages, "-o", tmp_path / "out", "--profile", "-q")
    lines = [line.split() for line in done.stderr.splitlines()]
    assert lines[0] == ["stage", "seconds", "CPU", "s", "share", "peak", "MB"]
    assert [line[0] for line in lines[1:]][:2] == ["read", "strip"]
    assert [line[0] for line in lines[1:]][-2:] == ["report", "all"]
    assert float(lines[-1][2]) == pytest.approx(sum(float(line[2]) for line in lines[1:-1]), abs=0.1)
