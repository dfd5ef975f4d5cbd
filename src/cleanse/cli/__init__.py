"""The command line: a thin skin over the library. Data and --json go to stdout, everything else to stderr."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

import click

from cleanse import __version__
from cleanse.cli.completion import completion
from cleanse.cli.config import config
from cleanse.cli.index import index
from cleanse.cli.merge import merge
from cleanse.cli.report import explain, report
from cleanse.cli.run import dedupe, run
from cleanse.cli.strip import strip
from cleanse.cli.verify import verify
from cleanse.errors import CleanseError, Interrupted, UsageError, is_interrupt, printable, want
from cleanse.program import begin


class _Group(click.Group):
    """Turns errors into one line and an exit code; a traceback is only for defects."""

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        kwargs["standalone_mode"] = False
        # closed by whoever started it: nobody listens
        sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
        sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
        try:
            code = super().main(*args, **kwargs)
            sys.exit(code if isinstance(code, int) else 0)
        except CleanseError as error:
            self._fail(str(error), error.exit_code)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            self._fail("interrupted", Interrupted.exit_code)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(0)
        except Exception as error:
            if is_interrupt(error):
                self._fail("interrupted", Interrupted.exit_code)
            if not (lacking := want(error)):
                raise
            self._fail(f"{lacking}, and give the same command again", UsageError.exit_code)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # the main job first

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


def program() -> None:
    """The command ``cleanse``, whose process is its own; tests and programs of others call `main`."""
    begin()
    main()


for command in (run, merge, strip, dedupe, explain, report, verify, index, config, completion):
    main.add_command(command)
