"""``python -m cleanse``."""

from cleanse.cli import program

program()
