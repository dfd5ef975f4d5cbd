"""Pages made to hurt: each named case makes one of about so many characters."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count, takewhile

Make = Callable[[int], str]

SENTENCE = "The heron stood in the shallow water all morning, and nobody on the bank saw it move even once. "
_ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(10))


def repeated(piece: str, head: str = "", tail: str = "") -> Make:
    """A page of one piece over and over."""
    return lambda size: head + piece * max(1, size // len(piece)) + tail


def numbered(piece: str, head: str = "", tail: str = "") -> Make:
    """A page of one piece over and over, ``{}`` in it another number each time."""

    def make(size: int) -> str:
        total = 0

        def fits(text: str) -> bool:
            nonlocal total
            total += len(text)
            return total <= size

        return head + "".join(takewhile(fits, (piece.format(n) for n in count()))) + tail

    return make


def nested(opening: str, inside: str = SENTENCE) -> Make:
    """A page of one tag in itself, never closed."""
    return lambda size: f"<html><body>{opening * max(1, size // len(opening))}{inside}"


def _hub(size: int) -> str:
    """Many paragraphs below many tags that hold nothing else."""
    return f"<html><body>{'<div>' * 900}{'<p>of words</p>' * max(1, (size - 4_500) // 15)}"


def _ordinary(size: int) -> str:
    paragraph = f"<p>{SENTENCE * 4}</p>\n<ul><li><a href='/x'>Read the other one</a></li></ul>\n"
    return f"<html><head><title>The heron</title></head><body><h1>The heron</h1>{paragraph * max(1, size // len(paragraph))}"


#: What the others are measured against.
ORDINARY: dict[str, Make] = {
    "ordinary html": _ordinary,
    "ordinary text": repeated(SENTENCE * 4 + "\n\n"),
}

_BODY = "<html><body>"

HTML: dict[str, Make] = {
    "nested tags": nested("<div>"),
    "nested inline tags": nested("<b>"),
    "nested links": nested("<a href=x>"),
    "nested tables": nested("<table><tr><td>"),
    "nested lists": nested("<ul><li>"),
    "nested quotes": nested("<blockquote>x"),
    "nested names": nested('<div class="comment">x'),
    "misnested tags": nested("<b><p>x</b>"),
    "misnested links": nested("<a href=x><div>y</a>"),
    "nested forms": nested("<form><label>"),
    "nested svg": nested("<svg><g>"),
    "nested templates": nested("<template>"),
    "hub below nested tags": _hub,
    "tiny tags": repeated("<b>x</b>", _BODY),
    "empty tags": repeated("<i></i>", _BODY, SENTENCE),
    "line breaks": repeated("<br>", _BODY, SENTENCE),
    "words and breaks": repeated("x<br>", _BODY),
    "paragraphs": repeated("<p>x", _BODY),
    "cells": repeated("<td>x", f"{_BODY}<table><tr>"),
    "rows": repeated("<tr><td>x", f"{_BODY}<table>"),
    "long cells": repeated(f"<td>{SENTENCE}", f"{_BODY}<table><tr>"),
    "headings": repeated("<h2>Most read</h2>", _BODY),
    "list items": numbered("<li>Another title, number {}</li>", f"{_BODY}<ul>"),
    "links": numbered("<a href='{0}'>link {0}</a> ", _BODY),
    "classes": numbered("<p class='one-{0} two{0}'>x</p>", _BODY),
    "images": repeated("<img src=x alt='a heron'>", _BODY, SENTENCE),
    "attributes": numbered(" a{0}='{0}'", f"{_BODY}<p", f">{SENTENCE}"),
    "attributes on every tag": numbered(f"<p{''.join(f' a{n}=x' for n in range(200))}>{{}}</p>", _BODY),
    "long attribute": repeated("x", f"{_BODY}<p title='", f"'>{SENTENCE}"),
    "long class": repeated("comment-", f"{_BODY}<p class='x", f"'>{SENTENCE}"),
    "long classes": numbered(f"<p class='{'img-media-' * 100}{{}}'>x</p>", _BODY),
    "many classes": repeated("x- ", f"{_BODY}<p class='", f"'>{SENTENCE}"),
    "long style": repeated("display ", f"{_BODY}<p style='", f"'>{SENTENCE}"),
    "spaced style": repeated(" ", f"{_BODY}<p style='display", f"'>{SENTENCE}"),
    "long address": repeated("%20", f"{_BODY}<a href='", f"'>{SENTENCE}</a>"),
    "long title": repeated("title | of - a _ page ", "<html><head><title>", f"</title></head><body>{SENTENCE}"),
    "titles": repeated("<title>x</title>", "<html><head>", f"</head><body>{SENTENCE}"),
    "metas": repeated("<meta name=a content=b>", "<html><head>", f"</head><body>{SENTENCE}"),
    "entities": repeated("&amp;&#x41;&nosuch;", _BODY),
    "odd entities": repeated("&#x110000;&#0;&#xD800;&#99999999999;", _BODY, SENTENCE),
    "ampersands": repeated("&", _BODY, SENTENCE),
    "entity bomb": repeated("&e9;", f"<?xml version='1.0'?><!DOCTYPE html [{_ENTITIES}]><html><body>", SENTENCE),
    "declarations": repeated("<?xml version='1.0' encoding='utf-16'?>", "", f"<html><body>{SENTENCE}"),
    "doctypes": repeated("<!DOCTYPE html>", "", f"<html><body>{SENTENCE}"),
    "unclosed comments": repeated("<!--", f"{_BODY}{SENTENCE}"),
    "comments": repeated("<!---->", _BODY, SENTENCE),
    "half comments": repeated("<!-- --!", f"{_BODY}{SENTENCE}"),
    "cdata": repeated("<![CDATA[x]]>", _BODY, SENTENCE),
    "unclosed cdata": repeated("<![CDATA[", f"{_BODY}{SENTENCE}"),
    "processing instructions": repeated("<?x ?>", _BODY, SENTENCE),
    "less than": repeated("<", f"{_BODY}{SENTENCE}"),
    "half tags": repeated("<a ", f"{_BODY}{SENTENCE}"),
    "half closing tags": repeated("</", f"{_BODY}{SENTENCE}"),
    "closing tags": repeated("</p>", _BODY, SENTENCE),
    "unclosed quotes": repeated("<a href='", f"{_BODY}{SENTENCE}"),
    "unclosed script": repeated("<script>", _BODY),
    "scripts": repeated("<script>x</script>", _BODY, SENTENCE),
    "unclosed styles": repeated("<style>", _BODY),
    "unclosed text area": repeated("<textarea>", _BODY),
    "plain text": repeated("<plaintext>", _BODY),
    "options": repeated("<select><option>x", _BODY),
    "frames": repeated("<frame src=x>", "<html><frameset>", f"</frameset><noframes><p>{SENTENCE}</noframes>"),
    "iframes": repeated("<iframe src=x></iframe>", _BODY, SENTENCE),
    "bodies": repeated("<body>", _BODY, SENTENCE),
    "pages": repeated(f"<html><body><p>{SENTENCE}</p></body></html>"),
    "letters": repeated("a b c d ", f"{_BODY}<p>"),
    "different words": numbered("w{} ", f"{_BODY}<p>"),
    "nul": repeated("<p>\x00\x01 x</p>", _BODY, SENTENCE),
    "lone surrogates": repeated("<p>\ud800 x \udfff</p>", _BODY, SENTENCE),
}

TEXT: dict[str, Make] = {
    "one line": repeated(SENTENCE),
    "one token": repeated("x"),
    "one word": repeated("word "),
    "one word a line": repeated("word\n"),
    "one letter": repeated("a "),
    "different words of text": numbered("w{} "),
    "identical lines": repeated("the same line is here again\n"),
    "lines of headings": repeated("Most read\n"),
    "comment headings": repeated("12 comments\n"),
    "dated titles": repeated("A title of 12 May 2020\n"),
    "bylines": repeated("By John Smith\n"),
    "mails": repeated("a@"),
    "mail lines": repeated("a@a." * 99 + "\n"),
    "half mail lines": repeated("a" * 399 + "\n"),
    "dotted lines": repeated("a." * 199 + "\n"),
    "dashed lines": repeated("a-" * 199 + "@a\n"),
    "date lines": repeated("abc " * 99 + "\n"),
    "digit lines": repeated("1" * 399 + "\n"),
    "digit dashes": repeated("1-" * 199 + "\n"),
    "copyright lines": repeated("copyright " * 39 + "\n"),
    "brackets": repeated("(c)" * 130 + "\n"),
    "stops": repeated("."),
    "stop lines": repeated("." * 399 + "\n"),
    "quotes after a stop": repeated("." + '"' * 58 + "x\n"),
    "pipes": repeated("|"),
    "pipe lines": repeated("|" * 398 + "x\n"),
    "separators": repeated("› "),
    "numbers": repeated("1 "),
    "hard wrapped": repeated("of a text that goes on and on and on over the end of this line and over\n"),
    "hard wrapped by returns": repeated("of a text that goes on and on and on over the end of this line and over\r"),
    "continued lines": repeated("and a line that goes on in lower case,\n"),
    "continued by returns": repeated("and a line that goes on in lower case,\r"),
    "returns": repeated("x\r"),
    "fences": repeated("```\n"),
    "unclosed fence": repeated("x = 1\n", "```\n"),
    "hashes": repeated("#"),
    "hash lines": repeated("# x\n"),
    "markers": repeated("- x\n"),
    "spaces": repeated(" "),
    "newlines": repeated("\n"),
    "blank lines": repeated(" \u00a0\t\u200b\n"),
    "zero widths": repeated("\u200b"),
    "marks": repeated("\u0301", "a"),
    "ideographs": repeated("鷺"),
    "ideograph lines": repeated("鷺が立っていた\n"),
    "hangul": repeated("왜가리 "),
    "thai": repeated("นกกระสา"),
    "right to left": repeated("\u202eمالك \u202c"),
    "emoji": repeated("👩‍👩‍👧‍👦"),
    "controls": repeated("\x1b[31mred\x07\x08\x00\n"),
    "surrogates": repeated("\ud800\udfff x\n"),
    "soft hyphens": repeated("a\u00ad\n"),
    "hyphens": repeated("a-\n"),
    "greater than": repeated("</p "),
    "addresses": repeated("http://a.b/c\n"),
    "every character": lambda size: "".join(map(chr, range(32, min(size, 0x110000)))),
}

PAGES = ORDINARY | HTML | TEXT
