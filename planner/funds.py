"""Names of funds: those that importers write, and which names mean federal money.

The tables say no more of a fund than its name. Every name that is not federal counts as state or local, in
the federal rules and in the diagnosis alike; a policy's setting `federal` names others.
"""

from __future__ import annotations

TITLE_I = "title_i"
# Federal dollars that no plan moves (pay, shares of central cost), and those beside Title I that one may.
FEDERAL = "federal"
FEDERAL_OTHER = "federal_other"

FEDERAL_FUNDS = (
    FEDERAL,
    FEDERAL_OTHER,
    TITLE_I,
    "title_ii",
    "title_iii",
    "title_iv",
    "idea",
    "perkins",
    "esser",
    "esser_i",
    "esser_ii",
    "esser_iii",
    "food_service",
)
