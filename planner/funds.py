"""Names of funds: those that importers write, and which names mean federal money.

The tables say no more of a fund than its name. Every name that is not federal counts as state or local, in
the federal rules and in the diagnosis alike; a policy's setting `federal` names others.
"""

from __future__ import annotations

TITLE_I = "title_i"
# Section 1003 of Title I-A: awarded to named schools in support, so no plan may move it to others.
SCHOOL_IMPROVEMENT = "school_improvement"
# The last round of pandemic relief, and the part of it reserved for lost learning where it is told apart.
ESSER_III, ESSER_III_LEARNING = "esser_iii", "esser_iii_learning"
# Federal dollars that no plan moves (pay, shares of central cost), and those beside Title I that one may.
FEDERAL = "federal"
FEDERAL_OTHER = "federal_other"

FEDERAL_FUNDS = (
    FEDERAL,
    FEDERAL_OTHER,
    TITLE_I,
    SCHOOL_IMPROVEMENT,
    "title_ii",
    "title_iii",
    "title_iv",
    "idea",
    "perkins",
    "esser",
    "esser_i",
    "esser_ii",
    ESSER_III,
    ESSER_III_LEARNING,
    "food_service",
)
