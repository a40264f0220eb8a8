"""A diagnosis to read: a self-contained page (`page`, `charts`), a workbook (`workbook`)."""

from planner.diagnosis.report.page import page_html, write_page
from planner.diagnosis.report.workbook import write_workbook

__all__ = ["page_html", "write_page", "write_workbook"]
