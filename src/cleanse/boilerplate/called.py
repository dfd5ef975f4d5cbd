"""What the elements of a page are called: tag, classes, ids and role, and what these say of the text inside."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
import regex

from cleanse.boilerplate import scanned as s
from cleanse.boilerplate import tags as t
from cleanse.boilerplate.blocks import KIND, NONE, REASON
from cleanse.boilerplate.markup import CAPTIONS, HIDES, markup
from cleanse.boilerplate.references import resolved
from cleanse.boilerplate.tokeniser import ATTRIBUTES
from cleanse.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: Columns of `Called.rows`: kind and level of the text inside, -1 for those of the element above; the reason that names
#: suggest, and the one that tag or role do; whether it is hidden, a root of pages, preformatted; the bit of the tag;
#: whether it is an article, or around one; a number for the tag and the first name, 0 where no path counts it.
OWN_KIND, OWN_LEVEL, BY_NAMES, BY_TAG, HIDDEN, ROOT, PREFORMATTED, BIT, SIDE, STEP = range(10)

_HIDING = frozenset({"noscript", "template"})
_BIT_OF = {tag: 1 << at for at, tag in enumerate(t.TOLD)}
_ROOTS = frozenset({"html", "body", "main", "article"})
_DIGITS = regex.compile(r"\d+")
_CLASS, _ID, _ROLE, _PROPERTY, _TYPE = (
    s.VALUES + 2 * ATTRIBUTES.index(name) for name in ("class", "id", "role", "itemprop", "itemtype")
)
#: Characters that are looked at of a tag, of a role, and of class and id together: what is remembered is no longer.
_LONGEST = 400
#: Tags and roles that are remembered.
_MOST_KNOWN = 2_000


class Called:
    """The ways in which elements of a page are called. Of each: its ``tags``, its ``names`` (classes and ids behind what else
    names it), its ``rows`` of what `cleanse.boilerplate.inherit` passes down."""

    def __init__(self, data: bytes, elements: NDArray[np.int32]) -> None:
        """``elements``: one that is called so, for each way, as `cleanse.boilerplate.scanned` has them."""
        places = elements.tolist()
        self.tags: list[str] = [_tag(data[row[s.NAME] : row[s.NAME_END]][:_LONGEST]) for row in places]
        self.names: list[str] = _texts(
            [data[row[_CLASS] : row[_CLASS + 1]] + b" " + data[row[_ID] : row[_ID + 1]] for row in places]
        )
        self._words = [names[:_LONGEST].lower().split() for names in self.names]
        self._roles = [""] * len(places)
        given = elements[:, [_ROLE + 1, _PROPERTY + 1, _TYPE + 1]] > elements[:, [_ROLE, _PROPERTY, _TYPE]]
        for at in np.flatnonzero(given.any(axis=1)).tolist():
            role, item, type_ = _texts([data[slice(*places[at][k : k + 2])] for k in (_ROLE, _PROPERTY, _TYPE)])
            said = (("itemprop", item), ("itemtype", type_.rstrip("/").rpartition("/")[2]), ("role", role))
            more = (f"{what}={word}" for what, value in said for word in value.split()[:2])
            self.names[at], self._roles[at] = " ".join([*more, self.names[at]]).strip(), role[:_LONGEST]
        self._places, flags = markup().say(self._words)
        self.rows: NDArray[np.int64] = self._facts(flags)

    def by(self, at: int) -> str:
        """What suggests the reason of the text inside: a name, or the tag."""
        tag, role, rules = self.tags[at], self._roles[at], markup()
        with_role = rules.tag(tag, role) and not rules.tag(tag, "")
        return rules.by(self._words[at], int(self._places[at])) or (f"<{tag} role={role}>" if with_role else f"<{tag}>")

    def _facts(self, flags: NDArray[np.int64]) -> NDArray[np.int64]:
        rows = np.array([_of_tag(tag, role) for tag, role in zip(self.tags, self._roles, strict=True)], np.int64)
        rows[:, BY_NAMES] = markup().reasons[self._places]
        rows[:, HIDDEN] |= (flags & HIDES) > 0
        for at in np.flatnonzero(flags & CAPTIONS).tolist():
            if not t.has_own_kind(self.tags[at]):
                rows[at, OWN_KIND], rows[at, OWN_LEVEL] = KIND[Kind.CAPTION], -1
        firsts = _DIGITS.sub("", "\n".join([words[0] if words else "" for words in self._words])).split("\n")
        rows[:, STEP] *= np.fromiter(map(hash, zip(self.tags, firsts, strict=True)), np.int64, len(rows))
        return rows


@functools.lru_cache(_MOST_KNOWN)
def _tag(name: bytes) -> str:
    return name.decode("utf-8", "replace").lower()


@functools.lru_cache(_MOST_KNOWN)
def _of_tag(tag: str, role: str) -> tuple[int, ...]:
    """The row of an element without names, its step 1 where paths count it."""
    kind, by_tag = t.kind_of(tag), markup().tag(tag, role)
    return (
        KIND[kind] if kind else NONE,
        -1 if kind is None else int(tag[1]) if kind is Kind.HEADING else 0,
        NONE,
        REASON[by_tag] if by_tag else NONE,
        tag in _HIDING,
        tag in _ROOTS or not tag,
        tag == "pre",
        _BIT_OF.get(tag, 0),
        (tag in ("article", "main")) + 2 * (tag in ("aside", "nav", "footer", "header")),
        tag not in t.INLINE_TAGS or tag == "a",
    )


def _texts(parts: Sequence[bytes]) -> list[str]:
    """The values of attributes. A page that is scanned has no zeros."""
    texts = b"\0".join(parts).decode("utf-8", "replace").split("\0")
    return [(resolved(text) if "&" in text else text).strip() for text in texts]
