"""Kentucky School Report Card of 2016-17, 2017-18 and 2020-21, with the tidy tables of the same schools."""

from planner.sources.kentucky.report_card import KentuckyReportCard

__all__ = ["KentuckyReportCard"]
