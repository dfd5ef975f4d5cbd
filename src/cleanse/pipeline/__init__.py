"""The main job in its forms: a run into a folder, parts of a run on many machines, documents in memory."""

from cleanse.pipeline.memory import find_duplicates, learn_sites, strip_all
from cleanse.pipeline.runs import run
from cleanse.pipeline.shards import merge, run_shard
from cleanse.pipeline.watcher import Unwatched, Watcher

__all__ = ["Unwatched", "Watcher", "find_duplicates", "learn_sites", "merge", "run", "run_shard", "strip_all"]
