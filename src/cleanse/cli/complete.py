"""What the shell proposes for the word that is being typed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from cleanse.config import Config, settings, toml_value

if TYPE_CHECKING:
    import click

#: The shell puts an id into the command line as it is, and ids come from scraped pages: only those are proposed that no
#: shell reads as anything but text.
_SAFE_ID = re.compile(r"[\w./][\w./:@%+=,#-]*")
_PROPOSALS = 50


def complete_pair(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """``section.name=value`` of each setting: all its choices, or its default."""
    proposals = (
        CompletionItem(f"{setting.key}={value}", help=setting.meaning)
        for setting in settings(Config())
        for value in setting.choices or [toml_value(setting.default).strip('"')]
    )
    return [proposal for proposal in proposals if proposal.value.startswith(incomplete)]


def complete_document(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of the run folder that the command line names before; none when there is no finished run."""
    from cleanse.errors import CleanseError
    from cleanse.report.folder import RunFolder

    try:
        with RunFolder(Path(ctx.params["out"])) as run:
            rows = run.rows(
                "SELECT DISTINCT id FROM (SELECT id FROM kept UNION ALL SELECT id FROM dropped) "
                "WHERE starts_with(id, $1) AND regexp_full_match(id, $2) ORDER BY id LIMIT $3",
                incomplete, _SAFE_ID.pattern, _PROPOSALS,
            )  # fmt: skip
    except (CleanseError, KeyError, TypeError):
        return []
    return [CompletionItem(row["id"]) for row in rows]
