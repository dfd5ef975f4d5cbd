"""cleanse: scraped pages in, one clean corpus and a duplication report out."""

__version__ = "0.1.0"
