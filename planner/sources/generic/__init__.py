"""Any CSV or Excel files, read by a small mapping of columns, which can be drafted from the headers."""

from planner.sources.generic.guessing import guess
from planner.sources.generic.source import GenericFiles

__all__ = ["GenericFiles", "guess"]
