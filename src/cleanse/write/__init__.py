"""What a run leaves behind: the corpus, what was dropped, matches, clusters and the manifest, each written once and whole."""

from cleanse.write.corpus import taken_names
from cleanse.write.folder import OutputFolder
from cleanse.write.results import write_results
from cleanse.write.upload import set_aside, staged

__all__ = ["OutputFolder", "set_aside", "staged", "taken_names", "write_results"]
