"""Schools of a case: students, districts, levels, need."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from planner.case.sets import HIGH_NEED
from planner.district import District
from planner.scenario import HighNeed, Scenario


class Schools:
    """Schools and their students, numbered from 0 in the district's canonical order."""

    def __init__(self, district: District, scenario: Scenario) -> None:
        self.district = district
        self.scenario = scenario
        self.school_ids: list[str] = district.schools["school_id"].tolist()
        self.school_index = {school: index for index, school in enumerate(self.school_ids)}
        self.years: list[str] = scenario.years or [district.facts.school_year]

    # Students ---------------------------------------------------------------------------------------------

    @cached_property
    def groups(self) -> dict[str, np.ndarray]:
        """Students of each group by school [students]; NaN where there is no figure."""
        table = self.district.enrollment.pivot(index="school_id", columns="group", values="students")
        table = table.reindex(self.school_ids)
        return {str(group): table[group].to_numpy(dtype=float) for group in sorted(table.columns)}

    @cached_property
    def students(self) -> np.ndarray:
        """All students by school, `n_s` [students]."""
        return self.groups["all"]

    @cached_property
    def weighted_students(self) -> np.ndarray:
        """Weighted students by school, `N_s = n_s + sum_g w_g n_{s,g}` (model.md section 2)."""
        weights = self.district.facts.need_weights
        return self.students + sum(
            (weights[g] * self.groups[g] for g in sorted(weights)), np.zeros(len(self.students))
        )

    # Schools ----------------------------------------------------------------------------------------------

    @cached_property
    def district_names(self) -> list[str]:
        """District ids, sorted."""
        return sorted(set(self.district.schools["district_id"]))

    @cached_property
    def district_of(self) -> np.ndarray:
        """Number of each school's district."""
        number = {name: index for index, name in enumerate(self.district_names)}
        return self.district.schools["district_id"].map(number).to_numpy(dtype=int)

    @cached_property
    def schools_of(self) -> list[list[int]]:
        """Schools of each district."""
        return [np.flatnonzero(self.district_of == d).tolist() for d in range(len(self.district_names))]

    @cached_property
    def coordinates(self) -> list[tuple[float, float]]:
        """Latitude and longitude of each school [radians]; NaN where they are not known."""
        schools = self.district.schools
        if not {"latitude", "longitude"} <= set(schools.columns):
            return [(float("nan"), float("nan"))] * len(schools)
        places = np.radians(schools[["latitude", "longitude"]].to_numpy(dtype=float))
        return [(float(latitude), float(longitude)) for latitude, longitude in places]

    @cached_property
    def level_of(self) -> list[str]:
        """Level of each school."""
        return [str(level) for level in self.district.schools["level"]]

    @cached_property
    def level_cell(self) -> np.ndarray:
        """Number of each school's cell of district and level."""
        pairs = list(zip(self.district_of.tolist(), self.level_of, strict=True))
        number = {pair: index for index, pair in enumerate(sorted(set(pairs)))}
        return np.array([number[pair] for pair in pairs], dtype=int)

    def cell_of(self, within: str) -> np.ndarray:
        """Cell of each school: its district, or its level inside its district."""
        return self.level_cell if within == "level" else self.district_of

    @cached_property
    def high_need(self) -> np.ndarray:
        """Whether each school is high-need, by the scenario's own definition."""
        return self.top_schools(self.scenario.high_need)

    def top_schools(self, rule: HighNeed) -> np.ndarray:
        """Return which schools are the top share by a group's share, in their grade span (ARP 2004 usage).

        A span with a single school has no such school; schools tied at the boundary all count.
        """
        flags = np.zeros(len(self.school_ids), dtype=bool)
        if rule.by not in self.groups:
            return flags
        share = self.groups[rule.by] / self.students
        cells = self.level_cell if rule.within == "grade_span" else self.district_of
        for cell in sorted(set(cells.tolist())):
            members = np.flatnonzero((cells == cell) & ~np.isnan(share))
            count = int(np.ceil(round(rule.top_share * len(members), 9)))
            if len(members) > 1 and count:
                threshold = np.sort(share[members])[::-1][count - 1]
                flags[members[share[members] >= threshold]] = True
        return flags

    @cached_property
    def title_i(self) -> np.ndarray:
        """Whether each school is served by Title I; not known counts as not served."""
        if "title_i" not in self.district.schools:
            return np.zeros(len(self.school_ids), dtype=bool)
        return self.district.schools["title_i"].fillna(False).to_numpy(dtype=bool)

    def eligible(self, schools: str | list[str]) -> np.ndarray:
        """Whether each school is meant by ``all``, ``title_i``, ``high_need`` or a list of ids."""
        if isinstance(schools, list):
            return np.array([school in set(schools) for school in self.school_ids])
        named = {"title_i": self.title_i, HIGH_NEED: self.high_need}
        return named.get(schools, np.ones(len(self.school_ids), dtype=bool))
