"""Kentucky School Report Card, old style (2016-17), with the tidy tables of the same schools."""

from planner.sources.kentucky.report_card import KentuckyReportCard

__all__ = ["KentuckyReportCard"]
