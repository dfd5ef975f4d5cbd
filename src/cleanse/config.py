"""Settings: frozen, typed, each with its meaning, default and range; from TOML, ``a.b=c`` pairs or keywords."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from cleanse.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Count = Annotated[int, Meta(ge=1)]

#: The SQL engine cannot spill with less.
_LEAST_MB = 200


#: The default of a setting that a profile sets. `Dedup` replaces it, so that nobody else sees it.
_PROFILE: Any = msgspec.UNSET

#: What each profile sets, unless the setting itself is given.
PROFILES: Mapping[str, Mapping[str, Any]] = {
    # thresholds and bands: best F1 on planted copies of 14 kinds; survival: two of five words edited still pass it
    "balanced": {
        "coverage": 0.75,
        "similarity": 0.55,
        "survival": 0.45,
        "in_order": False,
        "contained_share": 0.4,
        "shingle_words": 3,
        "window_words": 80,
        "lsh_similarity": 0.15,
        "lsh_recall": 0.75,
    },
    # the same candidates, other verdicts: one word in twenty may be lost
    "strict": {
        "coverage": 0.9,
        "similarity": 0.9,
        "survival": 0.95,
        "in_order": True,
        "contained_share": 0.4,
        "shingle_words": 3,
        "window_words": 80,
        "lsh_similarity": 0.15,
        "lsh_recall": 0.75,
    },
    # what papers and other tools do: five-word shingles, 0.7 (text-dedup's default); bands that miss one pair in fifty
    "classic": {
        "similarity": 0.7,
        "lsh_similarity": _PROFILE,  # the same
        "lsh_recall": 0.98,
        "coverage": 0.0,
        "survival": 0.0,
        "in_order": False,
        "contained_share": 0.0,
        "shingle_words": 5,
        "window_words": 0,
    },
}


class Read(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How inputs become documents."""

    text_field: Annotated[
        str, Meta(description="field of a table that holds the text; empty: text, content, body ...")
    ] = ""
    html_field: Annotated[str, Meta(description="field of a table that holds HTML; empty: html, raw_html ...")] = ""
    id_field: Annotated[str, Meta(description="field that holds the id; empty: id, else file and line")] = ""
    source_field: Annotated[
        str, Meta(description="field that names the source; empty: source, site, else the url's site")
    ] = ""
    url_field: Annotated[str, Meta(description="field that holds the address; empty: url, link ...")] = ""
    date_field: Annotated[str, Meta(description="field that holds the date; empty: date, published ...")] = ""
    encoding: Annotated[str, Meta(description="encoding of all inputs; empty: found for each")] = ""
    max_document_bytes: Annotated[Count, Meta(description="a larger document is refused as unreadable, bytes")] = (
        64 * 2**20
    )


class Strip(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How pages lose their scraper noise."""

    enabled: Annotated[bool, Meta(description="false: keep every block")] = True
    extractor: Annotated[
        Literal["best", "fast"], Meta(description="how HTML is judged: best asks one extractor more for its vote")
    ] = "best"
    favor: Annotated[
        Literal["balanced", "precision", "recall"],
        Meta(description="precision: drop what is doubtful; recall: keep it"),
    ] = "balanced"
    keep: Annotated[
        tuple[str, ...], Meta(description='reasons and kinds that drop nothing, as in ["comments", "table_row"]')
    ] = ()
    site_evidence: Annotated[bool, Meta(description="learn what repeats over a site's pages")] = True
    site_pages: Annotated[
        Count, Meta(description="a line must stand on this many pages of a site to count as its template")
    ] = 3
    site_share: Annotated[Share, Meta(description="... and on this share of the site's pages")] = 0.15


class Dedup(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How near-duplicates are found, verified and settled."""

    enabled: Annotated[bool, Meta(description="false: keep every document")] = True
    profile: Annotated[
        Literal["balanced", "strict", "classic"],
        Meta(
            description="balanced: copies, edited ones too; strict: only what survives almost word for word; "
            "classic: Jaccard of shingles; sets the settings that are not given"
        ),
    ] = "balanced"
    coverage: Annotated[
        Share, Meta(description="share of a document's informative words that its survivor must match")
    ] = _PROFILE
    similarity: Annotated[
        Share,
        Meta(
            description="share of the words inside the matched spans that must be equal; "
            "classic: Jaccard similarity of the shingles"
        ),
    ] = _PROFILE
    survival: Annotated[
        Share, Meta(description="share of all words of what is removed, document or passage, that its survivor has")
    ] = _PROFILE
    in_order: Annotated[bool, Meta(description="those words must stand in the survivor in the same order")] = _PROFILE
    contained_share: Annotated[
        Share,
        Meta(
            description="share of its survivor that a contained document must make up to be removed, unless it begins it"
        ),
    ] = _PROFILE
    teaser_words: Annotated[
        int,
        Meta(ge=0, description="a contained document below this many words is removed however long its survivor is"),
    ] = 120
    survivor: Annotated[
        Literal["longest", "first", "newest", "source"], Meta(description="which of two duplicates stays")
    ] = "longest"
    source_priority: Annotated[tuple[str, ...], Meta(description="for survivor = source: best source first")] = ()
    passages: Annotated[
        Literal["drop", "report"],
        Meta(description="what happens to a long passage shared by documents that are no duplicates"),
    ] = "drop"
    passage_words: Annotated[Count, Meta(description="shared passages below this many words are not reported")] = 25
    drop_passage_words: Annotated[
        Count, Meta(description="shared passages below this many words stay where they are")
    ] = 60
    num_perm: Annotated[int, Meta(ge=2, le=1024, description="permutations of a MinHash signature")] = 128
    shingle_words: Annotated[int, Meta(ge=1, le=16, description="words of a shingle")] = _PROFILE
    window_words: Annotated[
        int,
        Meta(
            ge=0, le=10_000, description="words of the passages that are signed, half overlapping; 0: whole documents"
        ),
    ] = _PROFILE
    lsh_similarity: Annotated[
        Annotated[float, Meta(gt=0.0, lt=1.0)],
        Meta(description="Jaccard similarity of two passages that the bands are chosen for"),
    ] = _PROFILE
    lsh_recall: Annotated[
        Annotated[float, Meta(gt=0.0, lt=1.0)],
        Meta(description="share of passage pairs at that similarity that must meet in a band"),
    ] = _PROFILE
    band_hits: Annotated[Count, Meta(description="bands two documents must share before they are aligned")] = 1
    band_members: Annotated[
        Count, Meta(description="documents of one band key that each document is paired with at most")
    ] = 40
    common_documents: Annotated[
        Count, Meta(description="a shingle in more documents than this is not informative ...")
    ] = 30
    common_share: Annotated[Share, Meta(description="... and in more than this share of the documents")] = 0.005

    def __post_init__(self) -> None:
        """Settings that are not given are the profile's."""
        for name, value in PROFILES[self.profile].items():
            if getattr(self, name) is _PROFILE:
                msgspec.structs.force_setattr(self, name, self.similarity if value is _PROFILE else value)


class Write(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is written, and how."""

    format: Annotated[Literal["jsonl", "parquet", "txt"], Meta(description="format of the corpus")] = "jsonl"
    report: Annotated[bool, Meta(description="write report.html")] = True
    report_matches: Annotated[Count, Meta(description="matches shown side by side in report.html at most")] = 200


class Run(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the machine is used; nothing here changes a verdict."""

    threads: Annotated[int, Meta(ge=0, description="threads; 0: as many as the machine has processors")] = 0
    memory: Annotated[
        str,
        Meta(
            pattern=r"^\d+(\.\d+)? ?[MGT]i?B$",
            description="memory of the SQL engine before it spills to disk, as in 2GB",
        ),
    ] = "1GB"
    batch_documents: Annotated[Count, Meta(description="documents that move through a stage together at most")] = 1024
    batch_bytes: Annotated[Count, Meta(description="bytes of text that move through a stage together at most")] = (
        16 * 2**20
    )


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings. ``Config()`` is the defaults."""

    read: Read = Read()
    strip: Strip = Strip()
    dedup: Dedup = Dedup()
    write: Write = Write()
    run: Run = Run()

    def fingerprint(self) -> str:
        """A short hash of the settings that can change a verdict."""
        deciding = [self.read, self.strip, self.dedup]
        return hashlib.sha256(msgspec.json.encode(deciding, order="sorted")).hexdigest()[:16]


def load_config(path: Path | None = None, pairs: Iterable[str] = ()) -> Config:
    """Settings from a TOML file, then ``section.name=value`` pairs over them.

    Raises ConfigError naming the file or pair, the field and the fix.

    >>> load_config(pairs=["dedup.coverage=0.9"]).dedup.coverage
    0.9
    """
    tree: dict[str, Any] = {}
    if path is not None:
        try:
            tree = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ConfigError(f"{path}: no such settings file") from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(f"{path}: not a readable TOML file: {error}") from None
        to_config(tree, where=str(path))
    for pair in pairs:
        name, equals, value = pair.partition("=")
        section, dot, field = name.strip().partition(".")
        if not (equals and dot and field):
            raise ConfigError(f"--set {pair}: write it as section.name=value, as in dedup.coverage=0.9")
        branch = tree.setdefault(section, {})
        branch[field] = _toml_value(value.strip())
        to_config(tree, where=f"--set {pair}")
    return to_config(tree, where="settings")


def to_config(tree: Mapping[str, Any], where: str) -> Config:
    """A nested mapping as Config; raises ConfigError that names the field and the nearest known one."""
    try:
        config = msgspec.convert(tree, Config, strict=True)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where}: {_explain(str(error), tree)}") from None
    _check(config, where)
    return config


def settings(config: Config) -> Iterator[tuple[str, str, Any, str]]:
    """(section, name, value, meaning) of every setting, in the order of this module."""
    for section in config.__struct_fields__:
        part = getattr(config, section)
        hints = get_type_hints(type(part), include_extras=True)
        for name in part.__struct_fields__:
            yield section, name, getattr(part, name), _meaning(hints[name])


def to_toml(config: Config) -> str:
    """The settings as TOML, each with its meaning; ``load_config`` reads it back."""
    lines: list[str] = []
    current = ""
    for section, name, value, meaning in settings(config):
        if section != current:
            doc = (type(getattr(config, section)).__doc__ or "").strip()
            lines += ([""] if lines else []) + [f"# {doc}", f"[{section}]"]
            current = section
        lines.append(f"{name} = {_toml(value)}  # {meaning}")
    return "\n".join(lines) + "\n"


def _check(config: Config, where: str) -> None:
    from cleanse.schema import BLOCK_REASONS, Kind

    known = list(dict.fromkeys([*(reason.value for reason in BLOCK_REASONS), *(kind.value for kind in Kind)]))
    for name in config.strip.keep:
        if name not in known:
            raise ConfigError(f"{where}: strip.keep: unknown reason or kind {name!r}{nearest(name, known)}")
    if config.dedup.survivor == "source" and not config.dedup.source_priority:
        raise ConfigError(f"{where}: dedup.survivor = source needs dedup.source_priority, the best source first")
    if config.run.memory.rstrip("iB ").endswith("M") and float(config.run.memory.rstrip("iBM ")) < _LEAST_MB:
        raise ConfigError(f"{where}: run.memory must not be below {_LEAST_MB}MB")
    if config.dedup.drop_passage_words < config.dedup.passage_words:
        raise ConfigError(f"{where}: dedup.drop_passage_words must not be below dedup.passage_words")


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the closest known word, or all of them."""
    import difflib

    known = list(known)
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; known: {', '.join(known)}"


def _explain(message: str, tree: Mapping[str, Any]) -> str:
    for section in tree:
        if section not in Config.__struct_fields__:
            return f"unknown section {section!r}{nearest(section, Config.__struct_fields__)}"
        part = tree[section]
        known = getattr(Config(), section).__struct_fields__
        if isinstance(part, Mapping):
            for name in part:
                if name not in known:
                    return f"unknown setting {section}.{name}{nearest(name, known)}"
    problem, _, place = message.partition(" - at `$.")
    return f"{place.rstrip('`')}: {problem}" if place else message


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError:
        return text


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return msgspec.json.encode(value).decode()


def _meaning(hint: Any) -> str:
    if get_origin(hint) is Annotated:
        base, *extra = get_args(hint)
        text = next((m.description for m in extra if isinstance(m, Meta) and m.description), "")
        choices = get_args(base) if get_origin(base) is Literal else ()
        return text + (f" ({', '.join(choices)})" if choices else "")
    return ""
