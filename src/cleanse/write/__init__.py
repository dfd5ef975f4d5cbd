"""What a run leaves behind: the corpus, what was dropped, matches, clusters and the manifest, each written once and whole."""

from cleanse.write.folder import OutputFolder
from cleanse.write.indexed import write_indexed
from cleanse.write.results import write_results

__all__ = ["OutputFolder", "write_indexed", "write_results"]
