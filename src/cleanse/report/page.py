"""The facts as one HTML page: no network, no script needed to read it, nothing of a document interpreted."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from cleanse.report import charts, wording
from cleanse.report.visible import one_line, tight, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: A page larger than this is slow to open and to send; details go until it fits.
MOST_BYTES = 3_900_000
#: The parts of the script, in their order.
SCRIPTS = ("common", "dropped", "matches", "overlap", "thresholds", "clusters", "pages")

#: What could end a script element or a line of script, or act on whoever reads the source.
_ESCAPED = re.compile("[<>&\x7f-\x9f\u200b\u2028-\u202e\u2066-\u206f\ud800-\udfff\ufeff]")


def render(facts: dict[str, Any], most_bytes: int = MOST_BYTES) -> str:
    """The page. If it is too large, fewer pages, matches and clusters are shown, and it says so."""
    shown = {name: facts[name]["shown"] for name in ("matches", "pages", "clusters")}
    while True:
        page = page_of(
            "report.html.jinja",
            SCRIPTS,
            facts=facts,
            **shown,
            page_places={row["id"]: place for place, row in enumerate(shown["pages"])},
            match_places={_pair(row["a"], row["b"]): place for place, row in enumerate(shown["matches"])},
            source_places={source: place for place, source in enumerate(facts["sources"]["sources"])},
            data=data_json(page_data(facts, **shown)),
        )
        if len(page.encode("utf-8", "backslashreplace")) <= most_bytes or not any(shown.values()):
            return page
        shown = {name: rows[: len(rows) * 7 // 8] for name, rows in shown.items()}


def render_comparison(facts: dict[str, Any]) -> str:
    """The page on two runs; it needs no script."""
    return page_of("compare.html.jinja", (), facts=facts)


def card(title: str, rows: Sequence[dict[str, Any]], note: str) -> str:
    """A small card for a notebook: rows {name, colour, x, width, value, share}."""
    return _environment().get_template("card.html.jinja").render(title=title, rows=rows, note=note)


def page_of(template: str, scripts: Iterable[str], **values: Any) -> str:
    """A template with the style and the named scripts in it; its policy allows these and nothing else."""
    style = _asset("style.css")
    script = '"use strict";\n' + "\n".join(f"{{\n{_asset(f'{name}.js')}}}" for name in scripts) if scripts else ""
    return (
        _environment()
        .get_template(template)
        .render(
            style=Markup(style),
            script=Markup(script),
            style_hash=_hash(style),
            script_hash=_hash(script),
            **values,
        )
    )


def page_data(
    facts: dict[str, Any],
    matches: Sequence[dict[str, Any]],
    clusters: Sequence[dict[str, Any]],
    pages: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """What the page's script filters, sorts and lists, in the order of the page; acting characters written out."""
    places = {(row["a"], row["b"]): place for place, row in enumerate(matches)}
    cell = ("kind", "words", "similarity", "coverage_a", "coverage_b", "removed")
    shown: dict[str, Any] = _shown(
        {
            "schema": 1,
            "sources": facts["overlap"]["sources"],
            "cells": [
                {"row": i, "column": j}
                | {name: found[name] for name in ("pairs", "documents", "passages", "words")}
                | {
                    "shown": [
                        [row["a"], row["b"], places.get((row["a"], row["b"]))] + [row[name] for name in cell]
                        for row in found["shown"]
                    ]
                }
                for i, row in enumerate(facts["overlap"]["cells"])
                for j, found in enumerate(row)
                if found
            ],
            "matches": [{key: row[key] for key in ("kind", "kept_source", "again_source")} for row in matches],
            "thresholds": {name: row["flips"] for name, row in facts["thresholds"].items()},
            "removed": facts["headline"]["removed"],
            "clusters": [
                {key: row[key] for key in ("size", "words", "similarity", "coverage", "sources")} for row in clusters
            ],
            "pages": [{"reasons": charts.strip(row["pieces"])["reasons"]} for row in pages],
        }
    )
    return shown


def data_json(value: Any) -> Markup:
    """JSON that can stand inside a script element: no character of it can end the element or a line."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(_ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("cleanse.report", "assets"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = ("number", "short", "counted", "percent", "label", "seconds", "setting")
    environment.filters |= {name: getattr(wording, name) for name in names}
    environment.filters |= {"bytes": wording.bytes_, "one_line": one_line, "tight": tight, "runs": _runs}
    environment.filters["position"] = list.index
    environment.globals |= {
        "pair": lambda *ids: frozenset(ids),
        "charts": charts,
        "meanings": wording.MEANINGS,
        "tone": _tone,
    }
    return environment


def _tone(reason: str) -> str:
    """The class that colours a reason."""
    return f"r-{reason}" if reason in wording.MEANINGS else "r-other"


def _pair(*ids: str) -> frozenset[str]:
    """Two documents, whichever comes first."""
    return frozenset(ids)


def _runs(pieces: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Pieces that follow each other with one reason, together."""
    return [list(group) for _, group in itertools.groupby(pieces, key=lambda piece: piece["reason"])]


def _finalize(value: Any) -> Any:
    """Every value that a template writes passes here: acting characters become visible escapes."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value


def _shown(value: Any) -> Any:
    """A value with every text in it on one line, visible, and short enough to be listed."""
    if isinstance(value, str):
        return one_line(value, 160)
    if isinstance(value, dict):
        return {key: _shown(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_shown(part) for part in value]
    return round(value, 4) if isinstance(value, float) else value


def _asset(name: str) -> str:
    return resources.files("cleanse.report").joinpath("assets", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
