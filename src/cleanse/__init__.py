"""cleanse: scraped pages in, one clean corpus and a duplication report out; every dropped piece has a reason.

>>> import cleanse
>>> page = cleanse.strip("A title\\n\\nThe harbour was closed on Monday after the storm of the night before.\\n\\n3 Comments\\nAnn\\nSad.")
>>> print(page.text)
A title
<BLANKLINE>
The harbour was closed on Monday after the storm of the night before.
>>> [(block.text, block.reason) for block in page.dropped]
[('3 Comments', 'comments'), ('Ann', 'comments'), ('Sad.', 'comments')]
"""

from cleanse import strip as _strip_room  # bound before the function of the same name takes its place
from cleanse.api import find_duplicates, run, strip, strip_all
from cleanse.config import Config

__version__ = "0.1.0"

__all__ = ["Config", "__version__", "find_duplicates", "run", "strip", "strip_all"]

del _strip_room
