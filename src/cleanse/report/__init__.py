"""The report of a finished run: its facts, one offline HTML page, what became of one document, two runs compared."""

from __future__ import annotations

from cleanse.report.comparison import compare, compare_text
from cleanse.report.explanation import explain
from cleanse.report.explanation_text import explain_text
from cleanse.report.facts import build_report
from cleanse.report.files import report_schema, write_comparison, write_report
from cleanse.report.notebook import duplicates_card, result_card
from cleanse.report.replay import replay
from cleanse.report.summary import summary_text

__all__ = [
    "build_report",
    "compare",
    "compare_text",
    "duplicates_card",
    "explain",
    "explain_text",
    "replay",
    "report_schema",
    "result_card",
    "summary_text",
    "write_comparison",
    "write_report",
]
