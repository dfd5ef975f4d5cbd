"""The facts as one HTML page: no network, no script needed to read it, nothing of a document interpreted."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from cleanse.report import charts
from cleanse.report.visible import one_line, tight, visible
from cleanse.report.wording import MEANINGS, bytes_, counted, label, number, percent, seconds, setting

#: A page larger than this is slow to open and to send; the strongest matches go until it fits.
MOST_BYTES = 3_900_000

#: What could end a script element or a line of script, or act on whoever reads the source.
_ESCAPED = re.compile("[<>&\x7f-\x9f\u200b\u2028-\u202e\u2066-\u206f\ud800-\udfff\ufeff]")


def render(facts: dict[str, Any], most_bytes: int = MOST_BYTES) -> str:
    """The page. If it is too large, fewer matches and then fewer clusters are shown, and the page says so."""
    template = _environment().get_template("report.html.jinja")
    style, script = (_asset(name) for name in ("style.css", "script.js"))
    matches, clusters = facts["matches"]["shown"], facts["clusters"]["shown"]
    while True:
        page = template.render(
            facts=facts,
            matches=matches,
            clusters=clusters,
            data=data_json(page_data(matches, clusters, facts["overlap"]["sources"])),
            style=Markup(style),
            script=Markup(script),
            style_hash=_hash(style),
            script_hash=_hash(script),
        )
        if len(page.encode("utf-8", "backslashreplace")) <= most_bytes or not (matches or clusters):
            return page
        if matches:
            matches = matches[: len(matches) * 3 // 4]
        else:
            clusters = clusters[: len(clusters) * 3 // 4]


def page_data(matches: list[dict[str, Any]], clusters: list[dict[str, Any]], sources: list[str]) -> dict[str, Any]:
    """What the page's script filters and sorts by, in the order of the page."""
    return {
        "schema": 1,
        "sources": sources,
        "matches": [{key: row[key] for key in ("a", "b", "a_source", "b_source", "kind", "margin")} for row in matches],
        "clusters": [
            {key: row[key] for key in ("cluster", "size", "words", "similarity", "coverage", "sources", "survivor")}
            for row in clusters
        ],
    }


def data_json(value: Any) -> Markup:
    """JSON that can stand inside a script element: no character of it can end the element or a line."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(_ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("cleanse.report", ""),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": number,
        "counted": counted,
        "percent": percent,
        "label": label,
        "one_line": one_line,
        "tight": tight,
        "bytes": bytes_,
        "seconds": seconds,
        "setting": setting,
    }
    environment.globals |= {"charts": charts, "meanings": MEANINGS}
    return environment


def _finalize(value: Any) -> Any:
    """Every value that the template writes passes here: acting characters become visible escapes."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value


def _asset(name: str) -> str:
    return resources.files("cleanse.report").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
