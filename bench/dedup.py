"""How well planted near-duplicates are found, and at what cost.

    python bench/dedup.py FOLDER [SETTING=VALUE ...]
    python bench/dedup.py FOLDER --peers ENVIRONMENT [SETTING=VALUE ...]

FOLDER holds ``corpus.jsonl`` ({"id", "text"}) and ``gold_docs.json``: {"clusters": [[id, ...]], "pairs": [{"a", "b", "kind",
"level"}], "hard_negatives": [[id, id]]}. A pair of documents counts as found when both are in one cluster.

With ``--peers`` the profiles of cleanse stand in a table beside datasketch, gaoya, rensa, text-dedup and datatrove, which
are installed into an environment in the folder ENVIRONMENT, if they can be. Each runs in a process of its own, on one thread
where it can be told; CPU seconds hold starting, reading and deciding, memory is the process's greatest.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

from dedup_peers import PACKAGES, PEERS

HERE = Path(__file__).parent
Pairs = set[frozenset[str]]


def main(folder: Path, *arguments: str) -> None:
    """Print precision, recall, recall by kind of copy, hard negatives, CPU seconds and memory."""
    gold = json.loads((folder / "gold_docs.json").read_text(encoding="utf-8"))
    if "--peers" in arguments:
        at = arguments.index("--peers")
        environment, settings = Path(arguments[at + 1]), (*arguments[:at], *arguments[at + 2 :])
        table(folder, gold, environment, settings)
        return
    found, seconds, megabytes = measured([sys.executable, str(HERE / "dedup_json.py")], folder, *arguments)
    facts = scores(found, gold)
    print(f"pairs      precision {facts['precision']:.4f}  recall {facts['recall']:.4f}  F1 {facts['f1']:.4f}")
    print("recall     " + "  ".join(f"{kind} {share:.3f}" for kind, share in facts["kinds"].items()))
    print(f"negatives  {facts['wrong']} of {len(gold.get('hard_negatives', []))} pairs that share only boilerplate")
    print(f"cost       {seconds:.1f} CPU seconds, {megabytes:.0f} MB, everything included")


def table(folder: Path, gold: dict[str, Any], environment: Path, settings: tuple[str, ...]) -> None:
    """A row for each profile and each peer that can be installed."""
    own, other = [sys.executable, str(HERE / "dedup_json.py")], str(HERE / "dedup_peers.py")
    systems = {
        f"cleanse, {profile}": (own, (f"dedup.profile={profile}", "run.threads=1", *settings))
        for profile in ("balanced", "strict", "classic")
    }
    for name, python in installed(environment).items():
        systems[name] = ([python, other, name], ())
    kinds = sorted({kind_of(pair) for pair in gold["pairs"]})
    print("| system | CPU s | peak MB | precision | recall | F1 | hard negatives | " + " | ".join(kinds) + " |")
    print("|---" * (7 + len(kinds)) + "|")
    for name, (command, more) in systems.items():
        found, seconds, megabytes = measured(command, folder, *more)
        facts = scores(found, gold)
        cells = [f"{seconds:.1f}", f"{megabytes:.0f}"] + [f"{facts[key]:.3f}" for key in ("precision", "recall", "f1")]
        cells += [str(facts["wrong"])] + [f"{facts['kinds'][kind]:.2f}" for kind in kinds]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def installed(environment: Path) -> dict[str, str]:
    """The peers that could be installed, each with the Python to run it with."""
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(environment, with_pip=True)
    found = {}
    for name in PEERS:
        done = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", *PACKAGES.get(name, [name])],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            found[name] = str(python)
        else:
            print(f"{name} cannot be installed: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
    return found


def measured(command: list[str], folder: Path, *arguments: str) -> tuple[dict[str, Any], float, float]:
    """What a command finds in the corpus of the folder, its CPU seconds and the greatest memory it had, in MB."""
    with tempfile.TemporaryDirectory() as work:
        result = Path(work) / "result.json"
        child = subprocess.Popen(
            [*command, str(folder / "corpus.jsonl"), str(result), *arguments],
            env={**os.environ, "RAYON_NUM_THREADS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(child.pid, 0)
        if status:
            raise SystemExit(f"{' '.join(command)} failed; run it alone to see why")
        return json.loads(result.read_text()), used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


def scores(found: dict[str, Any], gold: dict[str, Any]) -> dict[str, Any]:
    """Precision, recall and F1 of pairs in one cluster, recall by kind, and hard negatives found."""
    got, want = pairs(found.get("clusters") or components(found["pairs"])), pairs(gold["clusters"])
    precision, recall = len(got & want) / max(1, len(got)), len(got & want) / max(1, len(want))
    planted, hit = Counter[str](), Counter[str]()
    for pair in gold.get("pairs", []):
        planted[kind_of(pair)] += 1
        hit[kind_of(pair)] += frozenset((pair["a"], pair["b"])) in got
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(precision + recall, 1e-9),
        "kinds": {kind: hit[kind] / planted[kind] for kind in sorted(planted)},
        "wrong": sum(frozenset(pair) in got for pair in gold.get("hard_negatives", [])),
    }


def kind_of(pair: dict[str, Any]) -> str:
    """The kind of a planted pair, with its level where there are several."""
    return pair["kind"] if pair["kind"] in ("boiler", "format") else f"{pair['kind']} {pair['level']}"


def pairs(clusters: list[list[str]]) -> Pairs:
    """All pairs of documents that stand in one cluster."""
    return {frozenset(pair) for members in clusters for pair in combinations(members, 2)}


def components(found: list[list[str]]) -> list[list[str]]:
    """Connected components of pairs, as the peers' users make them."""
    parent: dict[str, str] = {}

    def root(x: str) -> str:
        while parent.setdefault(x, x) != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    for a, b in found:
        parent[root(a)] = root(b)
    groups: dict[str, list[str]] = {}
    for x in list(parent):
        groups.setdefault(root(x), []).append(x)
    return list(groups.values())


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), *sys.argv[2:])
