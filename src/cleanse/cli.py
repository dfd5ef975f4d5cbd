"""The command line: a thin skin over the library. Data and --json go to stdout, everything else to stderr."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

from cleanse import __version__
from cleanse.errors import CleanseError, ConfigError, GateFailed, UnreadableInput, UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from cleanse.config import Config

_INTERRUPTED = 130


class _Group(click.Group):
    """Turns errors into one line and an exit code; a traceback is only for defects."""

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)
            sys.exit(code if isinstance(code, int) else 0)
        except CleanseError as error:
            self._fail(str(error), error.exit_code)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            self._fail("interrupted; run the same command again to start over", _INTERRUPTED)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(0)

    @staticmethod
    def _fail(message: str, code: int) -> NoReturn:
        click.echo(f"cleanse: {printable(message)}", err=True)
        sys.exit(code)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="cleanse")
def main() -> None:
    """Scraped pages in; one clean corpus and a duplication report out.

    Every dropped piece has a reason, every duplicate names the text that is kept.

    \b
    cleanse run pages/ -o out/        strip, deduplicate, report
    cleanse strip page.html           one page to stdout
    cleanse explain out/ ID           what became of a document, and why
    """


def _settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that choose settings."""
    command = click.option(
        "--set", "pairs", multiple=True, metavar="A.B=C", help="One setting, as in dedup.coverage=0.9."
    )(command)
    return click.option("--config", "config_file", type=click.Path(path_type=Path), help="Settings from a TOML file.")(
        command
    )


def _corpus(command: Callable[..., Any]) -> Callable[..., Any]:
    """Inputs, the output folder, and what to do when a run is done."""
    for decorate in (
        click.option("--no-report", is_flag=True, help="Write no report.html."),
        click.option(
            "--profile",
            type=click.Choice(["balanced", "strict", "classic"]),
            help="What counts as a duplicate: copies, edited ones too (the default); only what survives almost word for "
            "word; Jaccard similarity of shingles.",
        ),
        click.option(
            "--fail-over", metavar="SHARE", help="Exit with 1 when more of the documents are duplicates: 20%."
        ),
        click.option("--strict", is_flag=True, help="Exit with 1 when an input was unreadable."),
        click.option("--dry-run", is_flag=True, help="Say what would be read, write nothing."),
        click.option("--json", "as_json", is_flag=True, help="Print the run's counts as JSON to stdout."),
        click.option("--format", "form", type=click.Choice(["jsonl", "parquet", "txt"]), help="Format of the corpus."),
        click.option(
            "-o", "--out", type=click.Path(path_type=Path), required=True, help="Folder for corpus and report."
        ),
        click.argument("inputs", nargs=-1, required=True, metavar="INPUT..."),
    ):
        command = decorate(command)
    return command


def _fields(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that name the fields of tables."""
    for name in ("date", "url", "source", "id", "html", "text"):
        command = click.option(f"--{name}-field", metavar="NAME", help=f"Field of a table that holds the {name}.")(
            command
        )
    return command


def _talk(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.option("-v", "--verbose", is_flag=True, help="Say every stage and every unreadable input.")(command)
    return click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors and what was skipped.")(command)


#: Below this confidence `strip` says that it hardly knows what the page is about.
_UNSURE = 0.7


def _judging(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say how pages are judged."""
    for decorate in (
        click.option("--extractor", type=click.Choice(["best", "fast"]), help="How HTML is judged."),
        click.option("--favor", type=click.Choice(["precision", "recall"]), help="Drop what is doubtful, or keep it."),
        click.option("--keep", metavar="REASONS", help="Reasons and kinds that drop nothing: comments,table_row ..."),
    ):
        command = decorate(command)
    return command


def _strip_settings(**judging: str | None) -> dict[str, Any]:
    given: dict[str, Any] = {name: value for name, value in judging.items() if value}
    if "keep" in given:
        given["keep"] = _listed(given["keep"])
    return {"strip": given} if given else {}


@main.command()
@_corpus
@_judging
@_fields
@_settings
@_talk
def run(inputs: tuple[str, ...], out: Path, **options: Any) -> int:
    """Read, strip, deduplicate; write corpus and report into a folder.

    INPUT is a file, a folder, a glob, or - for standard input: .txt .md .html .jsonl .json .csv .tsv .parquet .arrow, each also
    compressed (.gz .zst .bz2 .xz).
    """
    judging = {name: options.pop(name) for name in ("keep", "favor", "extractor")}
    return _run(inputs, out, _strip_settings(**judging), **options)


@main.command()
@_corpus
@_fields
@_settings
@_talk
def dedupe(inputs: tuple[str, ...], out: Path, **options: Any) -> int:
    """Find and remove duplicates only; texts are taken as they are."""
    return _run(inputs, out, {"strip": {"enabled": False}}, **options)


@main.command()
@click.argument("source", default="-", metavar="[INPUT|-]")
@click.option("--url", help="Address of the page.")
@click.option("--json", "as_json", is_flag=True, help="Print every block with its verdict, as JSON.")
@click.option("--show", is_flag=True, help="Print the whole page, each block in the colour of its verdict.")
@_judging
@_settings
def strip(
    source: str,
    url: str | None,
    as_json: bool,
    show: bool,
    config_file: Path | None,
    pairs: tuple[str, ...],
    **judging: str | None,
) -> None:
    """Strip one page, HTML or text, to stdout."""
    from cleanse.boilerplate.page import strip_page

    config = _config(config_file, pairs, _strip_settings(**judging))
    page = strip_page(_one_page(source, config), url, config.strip)
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(page).decode())
    elif show:
        from cleanse.boilerplate.show import shown

        for line in shown(page):
            click.echo(line)
    else:
        click.echo(page.text)
    if page.confidence < _UNSURE:
        click.echo(
            f"cleanse: not sure what this page's text is (confidence {page.confidence:.2f}): an index, a search, an empty shell?",
            err=True,
        )


@main.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("doc_id", metavar="DOC_ID")
@click.option("--passage", type=int, metavar="N", help="One of its matches whole, both texts with their differences.")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
def explain(out: Path, doc_id: str, passage: int | None, as_json: bool) -> None:
    """Say what became of a document: every block, every match, and why."""
    from cleanse import report

    facts = report.explain(out, doc_id, passage)
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(facts).decode())
    else:
        click.echo(report.explain_text(facts))


@main.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--open", "show", is_flag=True, help="Open the page in the browser.")
@click.option(
    "--compare", "other", type=click.Path(path_type=Path), metavar="OTHER_OUT",
    help="Write compare.html instead: what flipped from the run in OTHER_OUT to this one.",
)  # fmt: skip
def report(out: Path, show: bool, other: Path | None) -> None:
    """Rebuild report.html and report.json from the tables of a run, or compare two runs."""
    from cleanse.report import compare_text, write_comparison, write_report

    if other is None:
        path = write_report(out)
        click.echo(f"report: {printable(str(path))}", err=True)
    else:
        path, facts = write_comparison(out, other)
        click.echo(f"{compare_text(facts)}\ncomparison: {printable(str(path))}", err=True)
    if show and click.launch(path.resolve().as_uri()) != 0:
        click.echo("no browser could be started; open the file yourself", err=True)


@main.command()
@_settings
def config(config_file: Path | None, pairs: tuple[str, ...]) -> None:
    """Print the settings in force, as TOML that --config reads back."""
    from cleanse.config import to_toml

    click.echo(to_toml(_config(config_file, pairs, {})), nl=False)


def _looks(stream: TextIO) -> dict[str, bool]:
    """What a stream can show: ASCII without colour unless it is a terminal that takes more."""
    terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
    encoding = (getattr(stream, "encoding", None) or "").lower().replace("-", "")
    return {"unicode": terminal and encoding == "utf8", "colour": terminal and not os.environ.get("NO_COLOR")}


def _run(
    inputs: tuple[str, ...],
    out: Path,
    tree: dict[str, Any],
    *,
    form: str | None,
    as_json: bool,
    dry_run: bool,
    profile: str | None,
    strict: bool,
    fail_over: str | None,
    no_report: bool,
    config_file: Path | None,
    pairs: tuple[str, ...],
    quiet: bool,
    verbose: bool,
    **fields: str | None,
) -> int:
    limit = _share(fail_over)
    over = tree | {
        "read": {name: value for name, value in fields.items() if value},
        "write": ({"format": form} if form else {}) | ({"report": False} if no_report else {}),
    }
    settings = _config(config_file, (f"dedup.profile={profile}", *pairs) if profile else pairs, over)
    if dry_run:
        return _dry_run(inputs, out)
    from cleanse import pipeline
    from cleanse.progress import Progress
    from cleanse.report import summary_text

    with Progress(quiet=quiet, verbose=verbose) as progress:
        command = shlex.join(["cleanse", *sys.argv[1:]])
        result = pipeline.run(inputs, out, settings, command=command, say=progress.say, watch=progress.watch)
    manifest = result.manifest
    missing = manifest["unreadable"]
    for missed in missing[: None if verbose else 10]:
        error = UnreadableInput(missed["path"], missed["error"], missed["place"])
        click.echo(printable(f"cleanse: skipped {error}"), err=True)
    if len(missing) > 10 and not verbose:
        click.echo(f"cleanse: skipped {len(missing) - 10} more; run.json names them all", err=True)
    if not quiet:
        page = out / ("report.html" if settings.write.report else "report.json")
        click.echo(summary_text(manifest, str(page), **_looks(sys.stderr)), err=True)
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode({"out": str(out), **manifest["counts"]}).decode())
    counts = manifest["counts"]
    if strict and counts["unreadable"]:
        raise UnreadableInput(
            f"{counts['unreadable']} of the inputs",
            "unreadable, and --strict was given (the rest is in " + str(out) + ")",
        )
    if limit is not None and counts["removed"] > limit * max(1, counts["documents"]):
        share = counts["removed"] / max(1, counts["documents"])
        raise GateFailed(f"{share:.1%} of the documents are duplicates, more than --fail-over {fail_over}")
    return 0


def _dry_run(inputs: tuple[str, ...], out: Path) -> int:
    from collections import Counter

    from cleanse.errors import NothingReadable
    from cleanse.read import find_inputs

    found = find_inputs(inputs)
    if not found:
        raise NothingReadable(f"nothing to read in {', '.join(inputs)}")
    sizes = [Path(entry.path).stat().st_size for entry in found if entry.path != "-" and Path(entry.path).is_file()]
    kinds = Counter(
        (entry.format or "sniffed") + (f".{entry.compression}" if entry.compression else "") for entry in found
    )
    click.echo(f"would read {len(found)} files, {sum(sizes) / 1e6:,.1f} MB: ", nl=False)
    click.echo(", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    click.echo(f"would write corpus, dropped pieces, matches, clusters and report to {out}")
    return 0


def _config(path: Path | None, pairs: tuple[str, ...], over: dict[str, Any]) -> Config:
    """Settings of file and pairs, and over them what options of their own say."""
    import msgspec

    from cleanse.config import load_config, to_config

    settings = load_config(path, pairs)
    tree = msgspec.to_builtins(settings)
    for section, values in over.items():
        tree[section] |= values
    return to_config(tree, "options")


def _listed(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _share(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        share = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ConfigError(f"--fail-over {text}: write a share, as in 20% or 0.2")
    return share


def _one_page(source: str, settings: Config) -> str:
    from cleanse.errors import NothingReadable
    from cleanse.read import find_inputs, read_documents

    if Path(source).is_dir():
        raise UsageError(f"{source}: is a folder; strip takes one page, run takes many")
    errors: list[UnreadableInput] = []
    batches: Iterator[pa.RecordBatch] = read_documents(
        find_inputs([source]), settings.read, batch_documents=2, batch_bytes=2**20, on_error=errors.append
    )
    texts = [text for batch in batches for text in batch["content"].to_pylist()]
    if errors:
        raise NothingReadable(str(errors[0]))
    if len(texts) != 1:
        raise NothingReadable(f"{source}: holds {len(texts)} documents; strip takes one page, run takes many")
    return str(texts[0])
