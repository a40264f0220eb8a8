"""Which districts serve a significant number of identified schools; each state sets the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import pandas as pd
from pydantic import Field

from planner.district import Share, Strict

COMPREHENSIVE = "CSI"
TARGETED = ("TSI", "ATSI")
Count = Annotated[int, Field(ge=1)]


class SignificantNumbers(Strict):
    """From how many identified schools on a district is reviewed.

    The Department of Education's guidance (January 2025, docs/domain.md section 6) recommends a count and a
    share together, both low, so that large and small districts qualify. The numbers here are only a start:
    a state sets its own.
    """

    csi_schools: Count | None = Field(default=2, description="schools in comprehensive support (CSI)")
    csi_share: Share | None = Field(default=0.1, description="share of schools in comprehensive support")
    tsi_schools: Count | None = Field(default=4, description="schools in targeted support (TSI, ATSI)")
    tsi_share: Share | None = Field(default=0.5, description="share of schools in targeted support")
    both: bool = Field(default=False, description="review only where CSI and TSI are both significant")

    def reasons(self, statuses: pd.Series) -> tuple[str, ...]:
        """Return in words why a district with these support statuses is reviewed; none where it is not."""
        comprehensive = int((statuses == COMPREHENSIVE).sum())
        targeted = int(statuses.isin(TARGETED).sum())
        first = tuple(_reasons("CSI", comprehensive, len(statuses), self.csi_schools, self.csi_share))
        second = tuple(_reasons("TSI or ATSI", targeted, len(statuses), self.tsi_schools, self.tsi_share))
        if self.both and not (first and second):
            return ()
        return first + second

    def statement(self) -> str:
        """Return the rule in words."""
        first = _bounds("CSI", self.csi_schools, self.csi_share)
        second = _bounds("TSI or ATSI", self.tsi_schools, self.tsi_share)
        named = [words for words in (first, second) if words]
        rule = (" and " if self.both else ", or ").join(named) or "no district"
        return f"A district is reviewed with {rule}."


def _reasons(
    kind: str, count: int, schools: int, least: int | None, least_share: float | None
) -> Iterator[str]:
    share = count / schools
    if least is not None and count >= least:
        yield f"{count} of {schools} schools in {kind} (at least {least})"
    elif least_share is not None and count and share >= least_share - 1e-9:
        yield f"{count} of {schools} schools, {share:.0%}, in {kind} (at least {least_share:.0%})"


def _bounds(kind: str, least: int | None, least_share: float | None) -> str:
    words = [] if least is None else [f"{least} or more schools"]
    words += [] if least_share is None else [f"{least_share:.0%} of its schools"]
    return f"{' or '.join(words)} in {kind}" if words else ""
