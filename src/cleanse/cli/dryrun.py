"""``--dry-run``: what a run would read, which passages would meet, what it may cost, and with which settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cleanse.config import settings, toml_value
from cleanse.errors import NothingReadable, printable
from cleanse.remote import public

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cleanse.config import Traced
    from cleanse.estimate import Cost, Curve, Survey

#: Columns of the curve's bars, steps of its similarity, and how many sources and unreadable files are named.
_BAR, _STEPS, _NAMED = 40, 20, 10
#: From here on the curve is flat.
_SURE = 0.9995


def dry_run(inputs: Sequence[str], out: Path | str, traced: Traced, *, as_json: bool) -> int:
    """Print what a run would do, to stdout; nothing is written."""
    from cleanse.estimate import expected_cost, s_curve, survey
    from cleanse.read import find_inputs

    files = find_inputs(inputs, follow_links=traced.config.read.follow_links)
    if not files:
        raise NothingReadable(f"nothing to read in {public(', '.join(inputs))}")
    config = traced.config
    found, curve = survey(files, config.read), s_curve(config.dedup)
    cost = expected_cost(found, config)
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(_facts(found, curve, cost, traced)).decode())
        return 0
    sections = [_read(found), _cost(found, cost)]
    if config.dedup.enabled:
        sections.append(_curve(curve, traced))
    sections.append(_differing(traced))
    for section in sections:
        click.echo("\n".join(map(printable, section)) + "\n")
    click.echo(printable(f"would write corpus, dropped pieces, matches, clusters and report to {public(str(out))}"))
    return 0


def _facts(found: Survey, curve: Curve, cost: Cost, traced: Traced) -> dict[str, Any]:
    return {
        "files": found.files,
        "bytes": found.bytes,
        "stdin": found.stdin,
        "kinds": found.kinds,
        "documents": round(found.documents),
        "looked_into": found.looked_into,
        "sources": found.sources,
        "unreadable": [
            {"path": error.path, "place": error.place, "error": error.problem} for error in found.unreadable
        ],
        "cost": cost,
        "curve": {"bands": curve.bands, "rows": curve.rows, "points": curve.points(_STEPS)},
        "settings": {setting.key: setting.value for setting in settings(traced.config) if setting.changed},
    }


def _read(found: Survey) -> Iterator[str]:
    yield f"Would read {_count(found.files, 'file')}, {_size(found.bytes)}" + (
        ", and standard input, which is not looked into" if found.stdin else ""
    )
    for kind in found.kinds:
        html = kind.html_bytes / ((kind.html_bytes + kind.text_bytes) or 1)
        yield (
            f"  {kind.files:,} {kind.name}, {_size(kind.bytes)}: about {_count(round(kind.documents), 'document')}"
            + (f", {html:.0%} HTML" if html else "")
        )
    if found.looked_into:
        yield f"  told from {_count(found.seen, 'document')} of {_count(found.looked_into, 'file')}"
    if found.sources:
        more = len(found.sources) - _NAMED
        yield f"  sources there: {', '.join(found.sources[:_NAMED])}" + (f" and {more} more" if more > 0 else "")
    for error in found.unreadable[:_NAMED]:
        yield f"  unreadable: {error}"
    if len(found.unreadable) > _NAMED:
        yield f"  and {len(found.unreadable) - _NAMED} more"


def _cost(found: Survey, cost: Cost) -> Iterator[str]:
    if not found.documents:
        return
    yield "May cost, an estimate: within a factor of two or three, other machines and texts more"
    yield f"  time    {_time(cost.seconds)} of one processor"
    yield f"  memory  {_size(cost.memory_mb * 1e6)}, a part of it files that the system can take back"
    yield f"  disk    {_size(cost.disk_mb * 1e6)} for the time of the run, and the results"


def _curve(curve: Curve, traced: Traced) -> Iterator[str]:
    dedup = traced.config.dedup
    what = f"passages of {dedup.window_words} words" if dedup.window_words else "documents"
    yield f"Two {what} are compared when they share one of {curve.bands} bands of {curve.rows} rows"
    yield f"  every second pair at Jaccard similarity {curve.even:.2f} of their {dedup.shingle_words}-word shingles"
    for similarity, probability in curve.points(_STEPS):
        sure = probability >= _SURE
        yield f"  {similarity:.2f} {'#' * round(_BAR * probability):{_BAR}} {probability:6.1%}" + " and above" * sure
        if sure:
            break


def _differing(traced: Traced) -> Iterator[str]:
    changed = [setting for setting in settings(traced.config) if setting.changed]
    yield "Settings that are not the default" if changed else "Every setting has its default"
    for setting in changed:
        origin = traced.origins.get(setting.key)
        yield f"  {setting.key} = {toml_value(setting.value)}" + (f"  ({origin})" if origin else "")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _size(size: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if size >= 10 or unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} GB"


def _time(seconds: float) -> str:
    for unit, length in (("seconds", 60), ("minutes", 60)):
        if seconds < 2 * length:
            return f"about {max(1, round(seconds))} {unit}"
        seconds /= length
    return f"about {seconds:,.1f} hours"
