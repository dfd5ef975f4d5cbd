"""Settings as people see them."""

from __future__ import annotations

from cleanse.config import Config, Dedup, Strip, settings, to_toml

BY_KEY = {setting.key: setting for setting in settings(Config())}


def test_every_setting_says_what_it_means_and_takes() -> None:
    assert [key for key, setting in BY_KEY.items() if not setting.meaning or not setting.takes] == []
    assert [key for key, setting in BY_KEY.items() if setting.changed] == []


def test_ranges_choices_and_units() -> None:
    takes = {key: setting.takes for key, setting in BY_KEY.items()}
    assert takes["dedup.coverage"] == "0 to 1"
    assert takes["dedup.lsh_recall"] == "above 0, below 1"
    assert takes["dedup.window_words"] == "0 to 10000 words"
    assert takes["read.max_document_bytes"] == "1 or more bytes"
    assert takes["dedup.profile"] == "balanced | strict | classic"
    assert takes["strip.enabled"] == "true or false"


def test_changed_is_what_a_profile_or_preset_does_not_set_by_itself() -> None:
    config = Config(dedup=Dedup(profile="strict", survival=0.45, coverage=0.9), strip=Strip(favor="recall"))
    assert [setting.key for setting in settings(config) if setting.changed] == [
        "strip.favor",
        "dedup.profile",
        "dedup.survival",
    ]
    printed = to_toml(config, origins={"dedup.survival": "--set"}, changed=True)
    assert "survival = 0.45  # default 0.95, here by --set" in printed
    assert "coverage" not in printed.replace("dedup.coverage", "")


def test_words_find_settings_by_name_and_meaning() -> None:
    printed = [line.partition(" = ")[0] for line in to_toml(Config(), words=["PASSAGE"]).splitlines() if " = " in line]
    assert {"passages", "passage_words", "passage_survival", "window_words"} <= set(printed)
    assert "favor" not in printed
    assert to_toml(Config(), words=["xyzzy"]) == "# no such setting\n"


def test_nothing_changed_is_an_empty_file_that_says_so() -> None:
    assert to_toml(Config(), changed=True) == "# every setting has its default\n"
