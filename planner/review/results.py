"""What a review says, as frozen values. A number is None where it could not be measured or is withheld."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

FORMAT = "planner-review-1"


@dataclass(frozen=True, slots=True)
class Compared:
    """A metric in the identified schools of a district and in its other schools, averaged over students.

    Parameters
    ----------
    unit
        A key of `planner.diagnosis.words.UNITS`.
    identified, others
        What the average student of the identified and of the other schools meets [unit].
    identified_schools, other_schools
        Schools with a figure on each side.
    disadvantage
        How much worse the identified schools stand, sized as the gaps of a diagnosis are: points of a share,
        or else a share of the average; below 0 where they stand better.
    """

    dimension: str
    metric: str
    title: str
    unit: str
    identified: float
    others: float
    identified_schools: int
    other_schools: int
    disadvantage: float


@dataclass(frozen=True, slots=True)
class DistrictReview:
    """One district: its identified schools, why it is reviewed, and what they have beside the others.

    `name` is empty where the data set does not give it. `child_poverty` is the share of the children of 5 to
    17 years living in the district who are poor, by the Census Bureau; None where it was not imported.

    `compared` and `high_need` are empty for a district that is not reviewed; `high_need` holds the sentences
    of its diagnosis, the first to look at first.
    """

    district_id: str
    name: str
    schools: int
    students: float | None
    csi: int
    tsi: int
    atsi: int
    reasons: tuple[str, ...]
    child_poverty: float | None = None
    compared: tuple[Compared, ...] = ()
    high_need: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The district's name with its id, or the id alone."""
        return f"{self.name} ({self.district_id})" if self.name else self.district_id

    @property
    def reviewed(self) -> bool:
        """Whether the district serves a significant number of identified schools."""
        return bool(self.reasons)

    @property
    def widest(self) -> Compared | None:
        """What the identified schools lack most; None where they lack nothing that could be measured."""
        found = next(iter(self.compared), None)
        return found if found is not None and found.disadvantage > 0 else None


@dataclass(frozen=True, slots=True)
class Review:
    """All districts of a data set: reviewed ones first, of these the ones with most schools in CSI."""

    name: str
    school_year: str
    rule: str
    districts: tuple[DistrictReview, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data with the field names of these classes as keys."""
        return {"format": FORMAT, **asdict(self)}
