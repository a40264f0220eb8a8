"""The names a case is indexed by: the need tier, pools of staff, course blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

HIGH_NEED = "high_need"


class Pool(NamedTuple):
    """Staff who can stand in for one another."""

    role: str
    field: str
    experience: str

    def __str__(self) -> str:
        return f"{self.role}/{self.field}/{self.experience}"

    def matches(self, pattern: str) -> bool:
        """Tell whether ``role[/field[/experience]]``, with ``*`` for any, names this pool."""
        parts = pattern.split("/")
        return len(parts) <= len(self) and all(p in ("*", own) for p, own in zip(parts, self, strict=False))


@dataclass(frozen=True, slots=True)
class CourseBlock:
    """A course as one school offers it today: seats [students], sections, who teaches it."""

    school: int
    course: str
    students: float
    sections: float
    field: str
    sections_per_fte: float
