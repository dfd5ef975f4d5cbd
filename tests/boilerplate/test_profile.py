"""What sites repeat is kept in a file and used for pages to come."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import cleanse
from cleanse.cli import main
from cleanse.errors import InputNotFound, OutputError, UsageError
from tests.boilerplate.test_site import NOTICE
from tests.conftest import article

if TYPE_CHECKING:
    from pathlib import Path


def pages(count: int) -> list[dict[str, str]]:
    return [{"text": f"{article(f'word{n}')}\n\n{NOTICE}", "url": f"https://post.example/{n}"} for n in range(count)]


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "sites.json"
    cleanse.learn_sites(pages(6)).save(path)
    return path


def test_a_saved_profile_drops_what_its_site_repeats_on_a_later_page(profile: Path) -> None:
    sites = cleanse.SiteProfile.load(profile)
    assert sites == cleanse.learn_sites(pages(6))
    later = f"{article('later')}\n\n{NOTICE}"
    assert NOTICE in cleanse.strip(later, "https://post.example/later").text
    page = cleanse.strip(later, "https://www.post.example/later", sites=sites)
    assert [(block.text, block.reason) for block in page.dropped] == [(NOTICE, "site_template")]
    assert NOTICE in cleanse.strip(later, "https://other.example/later", sites=sites).text
    (streamed,) = cleanse.strip_each([{"text": later, "url": "https://post.example/later"}], sites=sites)
    assert streamed.text == page.text


def test_the_command_learns_and_uses_one(tmp_path: Path) -> None:
    lines, path = tmp_path / "pages.jsonl", tmp_path / "sites.json"
    lines.write_text("".join(json.dumps(page) + "\n" for page in pages(6)), encoding="utf-8")
    assert (
        CliRunner().invoke(main, ["strip", str(lines), "--learn-sites", str(path)], catch_exceptions=False).exit_code
        == 0
    )
    done = CliRunner().invoke(main, ["strip", str(lines), "--site-profile", str(path)], catch_exceptions=False)
    assert [NOTICE in json.loads(line)["text"] for line in done.stdout.splitlines()] == [False] * 6
    page = tmp_path / "page.txt"
    page.write_text(pages(1)[0]["text"], encoding="utf-8")
    arguments = ["strip", str(page), "--url", "https://post.example/x", "--site-profile", str(path)]
    assert NOTICE not in CliRunner().invoke(main, arguments, catch_exceptions=False).stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not a site profile"),
        ("[" * 100_000, "not a site profile"),
        ('{"sites": {}}', "not a site profile"),
        ('{"format": "cleanse site profile", "version": 9}', "of version 9"),
        ('{"format": "cleanse site profile", "version": 1, "sites": {"a": ["b"]}}', "damaged"),
    ],
)
def test_what_is_no_profile_is_named(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "sites.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=said) as error:
        cleanse.SiteProfile.load(path)
    assert str(path) in str(error.value)


def test_a_path_that_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputNotFound, match="absent"):
        cleanse.SiteProfile.load(tmp_path / "absent.json")
    with pytest.raises(OutputError, match="nowhere"):
        cleanse.SiteProfile().save(tmp_path / "nowhere" / "sites.json")
