"""Staff and courses of a case: pools, pay, vacancies, course blocks."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from planner.case.schools import Schools
from planner.case.sets import CourseBlock, Pool
from planner.equity.measures.base import TEACHER

BLOCK_COLUMNS = ("school_id", "course", "students", "sections", "field", "sections_per_fte")


class Staffing(Schools):
    """Today's staff by school and pool, and the course blocks they teach."""

    # Staff ------------------------------------------------------------------------------------------------

    @cached_property
    def pools(self) -> list[Pool]:
        """Every pool of the data set, sorted."""
        return sorted(set(self._pool_of_row))

    @cached_property
    def _pool_of_row(self) -> list[Pool]:
        columns = (self.district.staff[name].tolist() for name in Pool._fields)
        return [Pool(*row) for row in zip(*columns, strict=True)]

    @cached_property
    def pool_index(self) -> dict[Pool, int]:
        """Number of each pool."""
        return {pool: index for index, pool in enumerate(self.pools)}

    @cached_property
    def in_field(self) -> np.ndarray:
        """Whether a school uses a pool's field today: such staff, a vacancy, or a course they teach."""
        staffed = np.argwhere((self.fte > 0) | (self.vacancies > 0)).tolist()
        used = {(s, self.pools[p].role, self.pools[p].field) for s, p in staffed}
        used |= {(block.school, TEACHER, block.field) for block in self.blocks.values()}
        return np.array(
            [
                [(s, pool.role, pool.field) in used for pool in self.pools]
                for s in range(len(self.school_ids))
            ],
            dtype=bool,
        ).reshape(len(self.school_ids), len(self.pools))

    def _by_pool(self, column: str) -> np.ndarray:
        table = np.zeros((len(self.school_ids), len(self.pools)))
        if column in self.district.staff:
            rows, columns = self._staff_cells
            table[rows, columns] = self.district.staff[column].fillna(0.0).to_numpy(dtype=float)
        return table

    @cached_property
    def _staff_cells(self) -> tuple[np.ndarray, np.ndarray]:
        columns = np.array([self.pool_index[pool] for pool in self._pool_of_row], dtype=int)
        schools = self.district.staff["school_id"].map(self.school_index).to_numpy(dtype=int)
        return schools, columns

    @cached_property
    def fte(self) -> np.ndarray:
        """Today's staff by school and pool [FTE]."""
        return self._by_pool("fte")

    @cached_property
    def vacancies(self) -> np.ndarray:
        """Budgeted and unfilled positions by school and pool [FTE]."""
        return self._by_pool("vacancies")

    @cached_property
    def pay(self) -> np.ndarray:
        """Pay with benefits of today's staff by school and pool [dollars a year per FTE]."""
        return self._by_pool("salary") * (1 + self.district.facts.benefit_rate)

    @cached_property
    def average_pay(self) -> np.ndarray:
        """District-average pay with benefits by school's district and pool [dollars a year per FTE].

        Weighted by FTE; where a district's pool has vacancies only, the plain mean of its rows; where it
        has no row, the data set's average.
        """
        rows, columns = self._staff_cells
        present = np.zeros_like(self.fte)
        present[rows, columns] = 1.0
        overall = _weighted_mean(self.pay, self.fte, present)
        by_district = [
            _weighted_mean(self.pay[schools], self.fte[schools], present[schools])
            for schools in self.schools_of
        ]
        filled = np.array([np.where(np.isnan(own), overall, own) for own in by_district])
        return np.asarray(filled[self.district_of])

    @cached_property
    def teacher_pools(self) -> list[int]:
        """Pools of the role teacher."""
        return [index for index, pool in enumerate(self.pools) if pool.role == TEACHER]

    def pools_like(self, pattern: str) -> list[int]:
        """Pools that ``role[/field[/experience]]`` names."""
        return [index for index, pool in enumerate(self.pools) if pool.matches(pattern)]

    # Courses ----------------------------------------------------------------------------------------------

    @cached_property
    def blocks(self) -> dict[tuple[int, str], CourseBlock]:
        """Course blocks by school and course, in canonical order."""
        courses = self.district.courses
        columns = (courses[name].tolist() for name in BLOCK_COLUMNS)
        blocks = [CourseBlock(self.school_index[school], *row) for school, *row in zip(*columns, strict=True)]
        return {(block.school, block.course): block for block in blocks}

    @cached_property
    def courses(self) -> list[str]:
        """Every course name, sorted."""
        return sorted(set(self.district.courses["course"]))

    @cached_property
    def decided_courses(self) -> list[str]:
        """Courses whose sections are decided: those that a policy or a measure names."""
        named = {
            course for policy in self.scenario.policies.values() for course in getattr(policy, "courses", {})
        }
        for term in self.scenario.objective.measures:
            named |= set(getattr(term.measure, "courses", []))
        for policy in self.scenario.policies.values():
            named |= set(getattr(getattr(policy, "measure", None), "courses", []))
        return sorted(named & set(self.courses))


def _weighted_mean(pay: np.ndarray, fte: np.ndarray, present: np.ndarray) -> np.ndarray:
    total, rows = fte.sum(axis=0), present.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(
            total > 0, (pay * fte).sum(axis=0) / total, np.where(rows > 0, pay.sum(axis=0) / rows, np.nan)
        )
