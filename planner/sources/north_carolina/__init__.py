"""North Carolina School Report Card: one module a kind of figure, put together in `report_card`."""

from planner.sources.north_carolina.report_card import NorthCarolinaReportCard

__all__ = ["NorthCarolinaReportCard"]
