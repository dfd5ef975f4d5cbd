"""cleanse: scraped pages in, one clean corpus and a duplication report out; every dropped piece has a reason.

>>> import cleanse
>>> story = "Storm closes the harbour\\n\\nThe harbour was closed on Monday after the storm of the night before."
>>> page = cleanse.strip(story + "\\n\\n3 Comments\\nAnn\\nSad.")
>>> print(page.text)
Storm closes the harbour
<BLANKLINE>
The harbour was closed on Monday after the storm of the night before.
>>> [(block.text, block.reason) for block in page.dropped]
[('3 Comments', 'comments'), ('Ann', 'comments'), ('Sad.', 'comments')]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cleanse.api import find_duplicates, learn_sites, run, strip, strip_all, strip_each

if TYPE_CHECKING:
    from cleanse import config, engines, errors
    from cleanse.boilerplate.page import Stripped, StrippedBlock
    from cleanse.boilerplate.profile import SiteProfile
    from cleanse.config import Config
    from cleanse.index import Index
    from cleanse.result import Duplicates, Result

__version__ = "0.1.0"

__all__ = [
    "Config",
    "Duplicates",
    "Index",
    "Result",
    "SiteProfile",
    "Stripped",
    "StrippedBlock",
    "__version__",
    "config",
    "engines",
    "errors",
    "find_duplicates",
    "learn_sites",
    "run",
    "strip",
    "strip_all",
    "strip_each",
]

#: What loads when it is first asked for: importing cleanse stays quick.
_LAZY = {
    "Config": "cleanse.config",
    "Duplicates": "cleanse.result",
    "Index": "cleanse.index",
    "Result": "cleanse.result",
    "SiteProfile": "cleanse.boilerplate.profile",
    "Stripped": "cleanse.boilerplate.page",
    "StrippedBlock": "cleanse.boilerplate.page",
}
_MODULES = ("config", "engines", "errors")


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    if name in _MODULES:
        return import_module(f"cleanse.{name}")
    raise AttributeError(f"module 'cleanse' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
