"""The report of a finished run: its facts, one offline HTML page, and what became of one document."""

from __future__ import annotations

from cleanse.report.explanation import explain, explain_text
from cleanse.report.facts import build_report
from cleanse.report.files import write_report
from cleanse.report.summary import summary_text

__all__ = ["build_report", "explain", "explain_text", "summary_text", "write_report"]
