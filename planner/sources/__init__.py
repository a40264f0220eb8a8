"""Public data formats, one file each, read into data sets of the planner.

Adding a source is adding a file that registers a class with ``@SOURCES.register(kind)``.
"""

from planner.sources.base import SOURCES, Draft, Options, Source, SourceFile
from planner.sources.importing import import_source
from planner.sources.report import ImportReport

__all__ = ["SOURCES", "Draft", "ImportReport", "Options", "Source", "SourceFile", "import_source"]
