"""The index: what has been seen, kept in one file between runs, so that new data is compared with old without reading it again."""

from cleanse.index.index import Index
from cleanse.index.listing import listed

__all__ = ["Index", "listed"]
