"""Resource Allocation Reviews: which districts a state must review, and what their identified schools lack.

A state periodically reviews resource allocation in each district that serves a significant number of schools
identified for support and improvement (20 USC 6311(d)(3)(A)(ii)). The GAO found in January 2024 that only
half of such schools' plans named any resource inequity (docs/domain.md section 6); this is the table that
they lack.
"""

from planner.review.results import Compared, DistrictReview, Review
from planner.review.reviewing import review
from planner.review.selecting import SignificantNumbers

__all__ = ["Compared", "DistrictReview", "Review", "SignificantNumbers", "review"]
