"""Site profiles: the lines that sites repeat, learned from some pages and kept in a file for those to come."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleanse.errors import InputNotFound, OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Of the file, and of what its numbers are: another way to make them is another version.
_VERSION = 1
_FORMAT = "cleanse site profile"


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """For each source (a site, by default) the hashes of the lines that its pages repeat."""

    lines: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def save(self, path: str | Path) -> None:
        """Write it as JSON; raises OutputError."""
        sites = {source: sorted(keys) for source, keys in sorted(self.lines.items())}
        content = json.dumps({"format": _FORMAT, "version": _VERSION, "sites": sites}, ensure_ascii=False, indent=1)
        try:
            Path(path).write_text(content + "\n", encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{path}: the site profile cannot be written ({error.strerror})") from None

    @classmethod
    def load(cls, path: str | Path) -> SiteProfile:
        """Read one that was saved; raises InputNotFound, and UsageError for what is none."""
        try:
            content = Path(path).read_bytes()
        except OSError as error:
            raise InputNotFound(f"{path}: the site profile cannot be read ({error.strerror})") from None
        try:
            data = json.loads(content)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict) or data.get("format") != _FORMAT:
            raise UsageError(f"{path}: not a site profile; learn one with cleanse.learn_sites or strip --learn-sites")
        if data.get("version") != _VERSION:
            raise UsageError(
                f"{path}: a site profile of version {data.get('version')!r}, not {_VERSION}; learn it again"
            )
        return cls(_checked(data.get("sites"), path))


def _checked(sites: Any, path: str | Path) -> dict[str, frozenset[int]]:
    if isinstance(sites, dict) and all(
        isinstance(keys, list) and all(isinstance(key, int) for key in keys) for keys in sites.values()
    ):
        return {source: frozenset(keys) for source, keys in sites.items()}
    raise UsageError(f"{path}: a damaged site profile; learn it again")
