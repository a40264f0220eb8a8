"""Where a district stands on the ten dimensions of resource equity, before anything moves.

The dimensions, their key questions and what each compares are those of the Alliance for Resource Equity
(Education Resource Strategies and EdTrust, https://www.educationresourceequity.org/dimensions). One file of
`dimensions` is one dimension; `facts` reads a data set, `comparing` makes the gaps, `ranking` orders them,
`small_cells` withholds what few students stand behind, `report` shows the result.
"""

from planner.diagnosis.diagnosing import diagnose
from planner.diagnosis.results import Diagnosis, DimensionResult, Gap, MetricResult
from planner.diagnosis.settings import Settings

__all__ = ["Diagnosis", "DimensionResult", "Gap", "MetricResult", "Settings", "diagnose"]
