"""How much more recall counts than precision at a page's operating point."""

from __future__ import annotations

from typing import Final

#: A recall that counts so many times as much as precision. Where pages are unlike those that the model has learned from, it is
#: surer of noise than it should be. Word F1 of news in five languages at 1 and at .8: as HTML .933 and .937, as text .839 and
#: .865; of CleanEval .941 and .942, .906 and .902; cross-validated, of the web-content-extraction-benchmark as text .842 and .844.
BETA: Final = 0.8
#: Of these the model of texts takes the one that it expects the best F1 from, page by page; ``USUAL`` is the place of `BETA`.
BETAS: Final = (0.5, 0.65, BETA, 1.0, 1.25)
USUAL: Final = BETAS.index(BETA)
