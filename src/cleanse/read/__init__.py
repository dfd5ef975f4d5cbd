"""Inputs become documents: find the files, tell their formats and encodings, stream them as Arrow batches."""

from cleanse.read.documents import from_objects, read_documents
from cleanse.read.inputs import Input, find_inputs

__all__ = ["Input", "find_inputs", "from_objects", "read_documents"]
