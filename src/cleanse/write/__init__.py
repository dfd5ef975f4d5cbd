"""What a run leaves behind: the corpus, what was dropped, matches, clusters and the manifest, each written once and whole."""

from cleanse.write.folder import OutputFolder
from cleanse.write.indexed import write_indexed
from cleanse.write.refusals import refuse_losses
from cleanse.write.upload import set_aside, staged

__all__ = [
    "OutputFolder",
    "refuse_losses",
    "set_aside",
    "staged",
    "write_indexed",
]
