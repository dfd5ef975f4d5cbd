"""Two finished runs: an ordinary small one, and one whose every text tries to break out of the page."""

from __future__ import annotations

from .runs import Doc, Run, cluster

FOX = "The quick brown fox jumps over the lazy dog near the river bank"
STORK = "White storks return to their nests in early spring every year"
HERON = "Grey herons wait without a movement until a fish comes close enough"

HOSTILE = [
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<a href='javascript:alert(1)'>click</a>",
    "{{ 7*7 }} {% raw %} ${7*7}",
    "user\u202egnp.exe\u2066 and \u2029 lines\u2028 end",
    "nul \x00 bell \x07 escape \x1b[31mred \x9b2J",
    "<!-- <script> ]]> --><style>*{display:none}</style>&lt;&#x3c;",
    "שלום עולם this is mixed مرحبا بالعالم",
    "这是一个没有空格的句子用来检查中文的比较是否正确",
    "x" * 1_000_000,
]


def small_run() -> Run:
    """Five documents: a survivor, a near-duplicate of it, one that shares a passage, one alone, one empty."""
    docs = [
        Doc("a/one", "alpha.example", [("Home > News", "navigation"), (FOX, None), (STORK, None)], title="Foxes"),
        Doc(
            "b/two",
            "beta.example",
            [("Share this", "share"), (FOX.replace("lazy", "sleepy"), None), (STORK, None)],
            removed=("near_duplicate", "a/one"),
        ),
        Doc(
            "c/three",
            "gamma.example",
            [(HERON, None), (STORK, "shared_passage"), ("Subscribe now", "newsletter")],
            title="Herons",
            survivor=("a/one", 76, 137),
        ),
        Doc("d/four", "alpha.example", [("Nothing like the others at all", None), ("Imprint", "footer")]),
        Doc("e/five", "beta.example", [("Accept cookies", "cookie")]),
    ]
    run = Run(docs)
    run.match(
        "a/one",
        "b/two",
        FOX,
        FOX.replace("lazy", "sleepy"),
        similarity=0.9,
        coverage_a=0.95,
        coverage_b=0.96,
        kind="near",
    )
    run.match("a/one", "b/two", STORK, similarity=1.0, coverage_a=0.95, coverage_b=0.96, kind="near")
    run.match("a/one", "c/three", STORK, similarity=1.0, coverage_a=0.45, coverage_b=0.5)
    run.clusters = cluster(0, ("a/one", "alpha.example", "near", 1.0), ("b/two", "beta.example", "near", 0.9))
    run.unreadable = [{"path": "pages/broken.html", "place": "", "error": "not text"}]
    return run


def hostile_run() -> Run:
    """Every id, source, title, evidence and text is hostile; every pair of neighbours shares a passage."""
    docs = [
        Doc(
            f"{text[:60]} {n}",
            text[:80],
            [(text + f" {n}", "site_template"), (text, None), (f"{text} tail", None)],
            title=text[:200],
            evidence=text,
        )
        for n, text in enumerate(HOSTILE)
    ]
    run = Run(docs)
    for n in range(len(docs) - 1):
        run.match(docs[n].id, docs[n + 1].id, f"{HOSTILE[n]} tail", f"{HOSTILE[n + 1]} tail", similarity=0.6)
    members = [(doc.id, doc.source, "near", 0.9) for doc in docs]
    run.clusters = cluster(0, *members)
    run.unreadable = [{"path": text, "place": text, "error": text} for text in HOSTILE[:-1]]
    return run
