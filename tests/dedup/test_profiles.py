"""What each profile removes, what it keeps, and that a setting that is given wins over its profile."""

from __future__ import annotations

import random
import re
from itertools import combinations

import pytest
from rapidfuzz.distance import LCSseq
from tests.conftest import article
from tests.pipeline.test_run import edited

import cleanse
from cleanse.config import PROFILES, Config, Dedup, load_config

PROFILE_NAMES = tuple(PROFILES)


def removed(texts: list[str], profile: str, **settings: object) -> dict[int, int]:
    """Each removed text and its survivor, by place."""
    config = Config(dedup=Dedup(profile=profile, **settings))  # type: ignore[arg-type]
    found = cleanse.find_duplicates(texts, config).removed.to_pylist()
    return {int(row["id"]): int(row["survivor"]) for row in found}


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def test_every_profile_removes_what_differs_in_layout_only() -> None:
    text = article("alpha", 20)
    for profile in PROFILE_NAMES:
        assert len(removed([text, text.upper().replace("\n\n", "\n")], profile)) == 1, profile


@pytest.mark.parametrize(("share", "by"), [(0.02, {"balanced", "strict", "classic"}), (0.2, {"balanced"})])
def test_edited_copies_go_by_profile(share: float, by: set[str]) -> None:
    text = article("alpha", 40)
    copy = edited(text, share, 3)
    assert {profile for profile in PROFILE_NAMES if removed([text, copy], profile)} == by


def test_moved_halves_go_but_not_when_order_counts() -> None:
    one, two = article("alpha", 20), article("beta", 20)
    texts = [one + "\n\n" + two, two + "\n\n" + one]
    assert len(removed(texts, "balanced")) == 1
    assert removed(texts, "strict") == {}
    assert len(removed(texts, "strict", in_order=False)) == 1


def test_a_document_that_is_mostly_formulae_stays_unless_its_survivor_has_them() -> None:
    formula = article("formula", 12)
    others = [formula + "\n\n" + article(f"{chr(97 + n // 26)}{chr(97 + n % 26)}x", 12) for n in range(60)]
    grant = article("grant", 3)
    notice, licence = grant + " Read it in full elsewhere.", grant + "\n\n" + formula
    for profile in ("balanced", "strict"):
        assert removed([notice, licence, *others], profile).keys() <= {0}, profile
    assert 1 in removed([licence, licence + "\n\n" + article("more", 2), *others], "balanced").values()


def test_strict_never_loses_more_than_its_share_of_the_words() -> None:
    texts = []
    for n in range(40):
        text = article("abcdefgh"[n % 8], 10 + n % 7)
        texts.append(edited(text, (0.0, 0.02, 0.04, 0.06, 0.1)[n % 5], n))
    gone = removed(texts, "strict")
    assert gone
    for doc, survivor in gone.items():
        mine = words(texts[doc])
        assert LCSseq.similarity(mine, words(texts[survivor])) >= 0.95 * len(mine)


def test_classic_finds_the_pairs_of_plain_set_arithmetic() -> None:
    texts = []
    for n in range(60):
        text = article(chr(97 + n % 12), 12 + n % 3)
        texts.append(edited(text, random.Random(n).choice([0.0, 0.01, 0.03, 0.05, 0.08]), n))
    texts += ["Three words only", "three WORDS only!", "", "Ünïcode, naïve_words and don't 3.14", "漢字かな交じり文"]

    def shingles(text: str) -> set[tuple[str, ...]]:
        found = words(text)
        return {tuple(found[k : k + 5]) for k in range(max(1, len(found) - 4))} if found else set()

    sets = [shingles(text) for text in texts]
    expected = {}
    for a, b in combinations(range(len(texts)), 2):
        if sets[a] and sets[b]:
            jaccard = len(sets[a] & sets[b]) / len(sets[a] | sets[b])
            if jaccard >= 0.7:
                expected[a, b] = jaccard
    # every pair meets in a band: the verification is what is tested
    config = load_config(pairs=["dedup.profile=classic", "dedup.lsh_recall=0.9999999"])
    matches = cleanse.find_duplicates(texts, config).matches.to_pylist()
    same = {n: {n} for n in range(len(texts))}  # of exact duplicates only one is compared with others
    for row in matches:
        if row["kind"] == "exact":
            same[int(row["a"])].add(int(row["b"]))
    found = {}
    for row in matches:
        for a in same[int(row["a"])]:
            for b in same[int(row["b"])] - {a}:
                found[min(a, b), max(a, b)] = row["similarity"]
    assert found.keys() == expected.keys()
    assert all(found[pair] == pytest.approx(expected[pair]) for pair in found)


def test_classic_reports_whole_documents_and_cuts_nothing() -> None:
    shared = article("shared", 12)
    texts = [article("a", 20) + "\n\n" + shared, article("b", 20) + "\n\n" + shared, article("c", 30)]
    texts.append(edited(texts[2], 0.02))
    found = cleanse.find_duplicates(texts, Config(dedup=Dedup(profile="classic")))
    (match,) = found.matches.to_pylist()
    assert {match["kind"]} == {"near"}
    for side in ("a", "b"):
        assert texts[int(match[side])][match[f"{side}_start"] : match[f"{side}_end"]] == texts[int(match[side])][:-1]


def test_a_setting_that_is_given_wins_over_the_profile() -> None:
    assert Dedup(profile="strict").survival == 0.95
    assert Dedup(profile="strict", survival=0.8).survival == 0.8
    assert load_config(pairs=["dedup.coverage=0.75", "dedup.profile=strict"]).dedup.coverage == 0.75
    assert Dedup(profile="classic", similarity=0.85).lsh_similarity == 0.85


def test_profiles_set_real_settings_within_their_ranges() -> None:
    for profile, values in PROFILES.items():
        settings = Dedup(profile=profile)  # type: ignore[arg-type]
        assert values.keys() == PROFILES["balanced"].keys()
        for name in values:
            load_config(pairs=[f"dedup.{name}={str(getattr(settings, name)).lower()}"])
