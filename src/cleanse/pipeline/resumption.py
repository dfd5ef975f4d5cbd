"""Going on with a run that was stopped: what its work was made of, and what has changed since."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

import cleanse
from cleanse.engines.base import Stale
from cleanse.errors import CleanseError, InternalError, NoRoom, first_line, is_interrupt, want
from cleanse.write import OutputFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cleanse.config import Config
    from cleanse.pipeline.watcher import Watcher


def resumable(
    out: Path,
    facts: Mapping[str, str],
    watcher: Watcher,
    make: Callable[[OutputFolder], None],
    *,
    fresh: bool,
    workdir: str,
) -> None:
    """Have ``make`` fill the output folder, in which a run that was stopped may have left its work, unless ``fresh``.

    ``workdir`` holds the tables between stages, if it is not empty. ``facts`` say by their names what the work is made
    of; the watcher is told which of them have changed since. Work that is damaged is thrown away. Raises OutputError, and
    NoRoom, after which the work is still there.
    """
    with _enough(out), OutputFolder(out, fresh=fresh, workdir=Path(workdir) if workdir else None) as folder:
        note = folder.work / "made_of.json"
        goes_on = note.exists()
        if news := _news(note, facts):
            watcher.say(news)
        note.write_bytes(msgspec.json.encode(facts))
        try:
            make(folder)
            return
        except Stale:
            pass
        except Exception as error:
            if not goes_on or not _may_be_damage(error):
                raise
            watcher.say(f"what was left here cannot be used, starting over: {first_line(error)}")
        folder.start_over()
        note.write_bytes(msgspec.json.encode(facts))
        make(folder)


def settings_facts(config: Config) -> dict[str, str]:
    """The settings that the work depends on."""
    return {
        "version": cleanse.__version__,
        "settings of reading": _text((config.read, config.run.batch_documents, config.run.batch_bytes)),
        "settings of stripping": _text(config.strip),
        "settings of deduplication": _text(config.dedup),
    }


def _news(note: Path, facts: Mapping[str, str]) -> str:
    """What there is to say of the work that is here."""
    try:
        before = msgspec.json.decode(note.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return ""
    changed = ", ".join(name for name, value in facts.items() if before.get(name) != value)
    since = f"; changed since: {changed}; what that concerns is done anew" if changed else " (--fresh starts over)"
    return f"going on with the run that was stopped here{since}"


def _may_be_damage(error: Exception) -> bool:
    """Whether files that somebody or a power cut has changed may be what is wrong."""
    if isinstance(error, CleanseError):
        return isinstance(error, InternalError)
    return not (want(error) or is_interrupt(error))


@contextmanager
def _enough(out: Path) -> Iterator[None]:
    """Say how to go on when disk, memory, files or threads do not suffice; an interrupt is one, whoever tells of it."""
    try:
        yield
    except CleanseError:
        raise
    except Exception as error:
        if is_interrupt(error):
            raise KeyboardInterrupt from None
        if not (lacking := want(error, str(out))):
            raise
        raise NoRoom(f"{lacking}, and the same command goes on from here") from None


def _text(facts: object) -> str:
    return msgspec.json.encode(facts).decode()
