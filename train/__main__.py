"""Train the judge.

    python -m train --data FOLDER [--work FOLDER] [--threads N] [--only best|fast|text]

``FOLDER`` holds the sets that README.md lists, unpacked. Writes ``src/cleanse/boilerplate/models/*.json`` and prints word
F1 of a cross-validation over sites; the same data and versions give the same files.
"""

from __future__ import annotations

import argparse
import pickle
from pathlib import Path
from typing import TYPE_CHECKING

from train import html, text
from train.pages import Example, examples

if TYPE_CHECKING:
    from cleanse.boilerplate.estimate import Mode

MODELS = Path(__file__).parents[1] / "src" / "cleanse" / "boilerplate" / "models"


def main() -> None:
    """Examples, cross-validation, models."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("out/train"), help="examples are kept here between runs")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--only", choices=["best", "fast", "text"], help="text needs what best has left in the work folder"
    )
    args = parser.parse_args()
    if missing := [name for name in html.SETS | text.SETS if not (args.data / name / "gold.json").exists()]:
        parser.error(f"{args.data}: no {', '.join(missing)}; README.md says where the sets are from")
    args.work.mkdir(parents=True, exist_ok=True)
    MODELS.mkdir(exist_ok=True)
    modes: list[Mode] = [args.only] if args.only else ["best", "fast", "text"]
    if modes != ["text"]:
        sets = {name: _kept(args.data / name, args.work, args.threads) for name in html.SETS}
        html.train(sets, [mode for mode in modes if mode != "text"], args.work, MODELS, args.threads)
    if "text" in modes:
        text.train(args.data, args.work, MODELS, args.threads)


def _kept(folder: Path, work: Path, threads: int) -> list[Example]:
    kept = work / f"{folder.name}.pickle"
    if not kept.exists():
        found = list(examples(folder, threads))
        for example in found:
            example.names = found[0].names
        kept.write_bytes(pickle.dumps(found, protocol=5))
    loaded: list[Example] = pickle.loads(kept.read_bytes())
    return loaded


if __name__ == "__main__":
    main()
