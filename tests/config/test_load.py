"""Who wins when a setting is given twice, what a given text means, and what is refused with which words."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanse.config import PRESETS, Config, load_config, to_toml, trace_config, variable_of
from cleanse.config import settings as all_settings
from cleanse.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

KEYS = {setting.key: setting for setting in all_settings(Config())}


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_later_places_win(tmp_path: Path) -> None:
    """default < preset < file < environment < pairs < options, one place more at a time."""
    file = write(tmp_path / "c.toml", "[dedup]\nsurvivor = 'first'\ndrop_passage_words = 70")
    environment = {"CLEANSE_DEDUP__DROP_PASSAGE_WORDS": "80", "CLEANSE_STRIP__FAVOR": "recall"}
    named = ["preset=llm-corpus"]
    assert load_config().dedup.drop_passage_words == 60
    assert load_config(pairs=named).dedup.drop_passage_words == 50
    assert load_config(file, named).dedup.drop_passage_words == 70
    assert load_config(file, named, environment).dedup.drop_passage_words == 80
    pairs = [*named, "dedup.drop_passage_words=90"]
    assert load_config(file, pairs, environment).dedup.drop_passage_words == 90
    config, origins = trace_config(file, pairs, environment, {"dedup": {"drop_passage_words": 100}})
    assert config.dedup.drop_passage_words == 100
    assert origins["dedup.drop_passage_words"] == "options"
    assert (config.dedup.survivor, origins["dedup.survivor"]) == ("first", str(file))
    assert (config.strip.favor, origins["strip.favor"]) == ("recall", "environment variable CLEANSE_STRIP__FAVOR")
    assert origins["dedup.passages"] == "preset llm-corpus"


def test_a_preset_is_named_in_any_place_and_the_last_name_counts(tmp_path: Path) -> None:
    file = write(tmp_path / "c.toml", "preset = 'news'\n[dedup]\npassages = 'drop'")
    assert load_config(file).dedup.survivor == "newest"
    assert load_config(file).dedup.passages == "drop"
    assert load_config(file, environment={"CLEANSE_PRESET": "archive"}).dedup.profile == "strict"
    assert load_config(file, ["preset=llm-corpus"], {"CLEANSE_PRESET": "archive"}).strip.favor == "precision"


def test_the_environment_may_name_the_file(tmp_path: Path) -> None:
    environment = {"CLEANSE_CONFIG": str(write(tmp_path / "c.toml", "[write]\nformat = 'txt'"))}
    assert load_config(environment=environment).write.format == "txt"
    assert load_config(write(tmp_path / "d.toml", ""), environment=environment).write.format == "jsonl"


def test_the_library_reads_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANSE_DEDUP__COVERAGE", "0.5")
    assert load_config() == Config()


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("read.id_field", "42", "42"),
        ("read.id_field", '"a b"', "a b"),
        ("read.text_field", "true", "true"),
        ("strip.keep", "comments,byline", ("comments", "byline")),
        ("strip.keep", '["comments"]', ("comments",)),
        ("strip.keep", "[]", ()),
        ("dedup.coverage", ".9", 0.9),
        ("dedup.coverage", "1", 1.0),
        ("write.report", "no", False),
        ("write.report", "TRUE", True),
        ("write.report", "0", False),
        ("run.batch_bytes", "1_000_000", 1_000_000),
        ("run.memory", "2GB", "2GB"),
        ("dedup.profile", "strict", "strict"),
    ],
)
def test_a_text_is_what_the_setting_takes(key: str, text: str, value: object) -> None:
    section, _, name = key.partition(".")
    for config in (load_config(pairs=[f"{key}={text}"]), load_config(environment={variable_of(key): text})):
        assert getattr(getattr(config, section), name) == value


def test_other_variables_and_empty_ones_give_nothing() -> None:
    others = {"PATH": "/bin", "CLEANSER": "x", "cleanse_dedup__coverage": "2", "_CLEANSE_COMPLETE": "bash_source"}
    assert load_config(environment={**others, "CLEANSE_DEDUP__COVERAGE": ""}) == Config()


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"CLEANSE_DEDUP__COVRAGE": "1"}, ["CLEANSE_DEDUP__COVRAGE", "did you mean CLEANSE_DEDUP__COVERAGE?"]),
        ({"CLEANSE_DEDUP_COVERAGE": "1"}, ["CLEANSE_DEDUP_COVERAGE", "did you mean CLEANSE_DEDUP__COVERAGE?"]),
        ({"CLEANSE_PRESETS": "news"}, ["CLEANSE_PRESETS", "did you mean CLEANSE_PRESET?"]),
        ({"CLEANSE_QQQ": "1"}, ["CLEANSE_QQQ", "cleanse config"]),
        ({"CLEANSE_DEDUP__COVERAGE": "2"}, ["variable CLEANSE_DEDUP__COVERAGE", "dedup.coverage", "<= 1.0"]),
        ({"CLEANSE_DEDUP__NUM_PERM": "many"}, ["variable CLEANSE_DEDUP__NUM_PERM", "int"]),
        ({"CLEANSE_PRESET": "new"}, ["CLEANSE_PRESET", "'new'", "did you mean news?"]),
        ({"CLEANSE_CONFIG": "nowhere.toml"}, ["nowhere.toml", "no such"]),
    ],
)
def test_the_environment_is_refused_by_name(environment: dict[str, str], words: list[str]) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config(environment=environment)
    assert [word for word in words if word not in str(refused.value)] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[dedup]\ncovrage = 1", ["dedup.covrage", "did you mean dedup.coverage?"]),
        ("[strip]\ncoverage = 1", ["strip.coverage", "did you mean dedup.coverage?"]),
        ("[dedupe]\ncoverage = 1", ["dedupe.coverage", "did you mean dedup.coverage?"]),
        ("coverage = 1", ["coverage", "did you mean dedup.coverage?"]),
        ("dedupe = 1", ["did you mean dedup?"]),
        ("dedup = 1", ["dedup", "object"]),
        ("preset = ['news']", ["unknown preset"]),
        ("[preset]\nname = 'news'", ["unknown preset {'name'"]),
        ("[dedup]\ncoverage = '0.9'", ["dedup.coverage", "float", "str"]),
        ("[run]\nmemory = '0.1GB'", ["run.memory", "600MB"]),
        ("[run]\nmemory = 'lots'", ["run.memory"]),
        ("[dedup]\nwindow_words = 2", ["dedup.window_words (2)", "dedup.shingle_words (3)"]),
        ("[[dedup]]", ["dedup"]),
        ("x", ["TOML"]),
        (f"x = {'[' * 5000}", ["TOML", "nested too deeply"]),
        ("[run]\nthreads = 99999", ["run.threads", "1024"]),
    ],
)
def test_a_file_is_refused_by_name(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config(write(tmp_path / "c.toml", text))
    assert [word for word in ["c.toml", *words] if word not in str(refused.value)] == []


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("coverage=1", "did you mean dedup.coverage?"),
        ("dedup.coverage", "section.name=value"),
        ("=1", "section.name=value"),
        ("preset=archives", "did you mean archive?"),
        ("dedup.coverage=nan", "dedup.coverage"),
        ("dedup.coverage.x=1", "unknown setting"),
        ("write.shard_size=20000", "write.shard_size: not a size; a number and its unit, as in 500MB"),
        ("run.memory=much", "run.memory: not a size"),
    ],
)
def test_a_pair_is_refused_by_name(pair: str, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config(pairs=[pair])
    assert pair in str(refused.value)
    assert words in str(refused.value)


def test_settings_at_odds_name_both_places_and_may_complete_each_other(tmp_path: Path) -> None:
    file = write(tmp_path / "c.toml", "[dedup]\npassage_words = 90\nsurvivor = 'source'")
    environment = {"CLEANSE_DEDUP__SOURCE_PRIORITY": "a.org,b.org"}
    with pytest.raises(ConfigError) as refused:
        load_config(file, ["dedup.drop_passage_words=80"], environment)
    for word in ("c.toml", "--set dedup.drop_passage_words=80", "passage_words (90)", "drop_passage_words (80)"):
        assert word in str(refused.value)
    config = load_config(file, ["dedup.drop_passage_words=90"], environment)
    assert config.dedup.source_priority == ("a.org", "b.org")
    with pytest.raises(ConfigError, match=r"c\.toml: dedup\.survivor = source needs"):
        load_config(file, ["dedup.drop_passage_words=90"])


# -- what is printed is read back ----------------------------------------------------------------------------------------


def values(key: str) -> st.SearchStrategy[Any]:
    """Values that a setting takes, also odd ones."""
    setting = KEYS[key]
    if setting.choices:
        return st.sampled_from(setting.choices)
    match setting.default:
        case bool():
            return st.booleans()
        case int():
            return st.integers(2, 16)
        case float():
            return st.floats(0.01, 0.99)
        case tuple():
            return st.lists(st.sampled_from(["comments", "byline", "table_row"]) if key == "strip.keep" else st.text())
    return st.sampled_from(["1GB", "12.5%"]) if key == "run.memory" else st.text(st.characters(codec="utf-8"))


trees = st.fixed_dictionaries({}, optional={key: values(key) for key in KEYS}).map(
    lambda flat: {
        section: {key.partition(".")[2]: value for key, value in flat.items() if key.startswith(f"{section}.")}
        for section in ("read", "strip", "dedup", "write", "run")
    }
)


@settings(max_examples=60)
@given(trees, st.sampled_from([None, *PRESETS]))
def test_what_is_printed_is_read_back(tree: dict[str, dict[str, Any]], preset: str | None) -> None:
    pairs = [f"preset={preset}"] if preset else []
    try:
        config, origins = trace_config(None, pairs, None, tree)
    except ConfigError:
        return  # at odds with each other
    for changed in (False, True):
        assert loaded(to_toml(config, origins=origins, changed=changed)) == config


def loaded(text: str) -> Config:
    return trace_config(options=tomllib.loads(text)).config


def test_an_origin_cannot_break_the_file(tmp_path: Path) -> None:
    file = write(tmp_path / "a\nmemory = '9GB'\x1b.toml", "[dedup]\ncoverage = 0.5")
    config, origins = trace_config(file)
    assert loaded(to_toml(config, origins=origins, changed=True)) == config
