"""Schools, where they stand, and who goes to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from planner.generate.draws import Draws, Flags, Floats, Ints, Texts, between, choose, texts
from planner.generate.names import school_names

# 03 is a state code that the federal list (FIPS 5-2) leaves unassigned, so no real school has these ids; it
# begins with a zero, as the ids of nine real states do, so a reader that takes ids for numbers is found out.
STATE_CODE = "03"
LEAST_SCHOOLS = 3

# Grade spans K-5, 6-8 and 9-12. The shares give 24, 9 and 7 schools of these sizes about 2,000 students a
# grade.
LEVEL_SHARES = {"middle": 0.225, "high": 0.175}
SMALLEST = {"elementary": 300.0, "middle": 500.0, "high": 900.0}
LARGEST = {"elementary": 750.0, "middle": 1100.0, "high": 2200.0}
# Size is smallest + (largest - smallest) * u ** tilt: the mean of u ** tilt is 1 / (1 + tilt).
SIZE_TILT = {"elementary": 1.3, "middle": 2.2, "high": 3.6}

# A plane around a point in the central plains; no town is meant.
CENTRE_LATITUDE, CENTRE_LONGITUDE = 38.3, -97.6
KM_PER_DEGREE = 111.2
RADIUS_KM = 1.5
"""Radius of a district with one school [km]; it grows with the square root of the schools."""
DISTRICT_SPACING = 2.4

# Low-income share: logistic in closeness to the centre and chance. High schools draw from wider zones, so
# they differ less.
POVERTY_RANGE = (0.08, 0.92)
POVERTY_MIDDLE = -0.30
POVERTY_SLOPE = {"elementary": 1.45, "middle": 1.25, "high": 1.1}
CENTRE_PULL, CHANCE_PULL = 0.80, 0.65
DISTRICT_SPREAD = 0.7
DISABILITY_RANGE = (0.092, 0.198)

# Rows of each group's share at no poverty and at nothing else; real gradients vary, the signs do not.
RACE_SHARES = {
    "american_indian": (0.008, 0.015),
    "asian": (0.100, 0.040),
    "black": (0.060, 0.290),
    "hispanic": (0.110, 0.490),
    "pacific_islander": (0.004, 0.006),
    "two_or_more": (0.060, 0.040),
    "white": (0.658, 0.119),
}
SMALL_SHARES = {"homeless": (0.004, 0.055), "foster": (0.002, 0.011), "migrant": (0.001, 0.014)}
ENGLISH_LEARNER_BY_LEVEL = {"elementary": 1.1, "middle": 0.85, "high": 0.65}

TITLE_I_POVERTY = 0.45
"""Low-income share from which Title I serves a school; 40% allows schoolwide use (ESEA section 1114)."""
SUPPORT_SHARES = {"CSI": 0.075, "ATSI": 0.075, "TSI": 0.10}
"""Share of a district's schools in each ESSA support category, neediest first."""


@dataclass(frozen=True)
class Schools:
    """The schools of a data set, one array entry each, district by district.

    Parameters
    ----------
    district
        Number of each school's district, from 0.
    east_km, north_km
        Place in the plane [km].
    groups
        Students of each group but ``all`` [students].
    principal_tenure
        Years the principal has led the school [years].
    """

    district: Ints
    school_id: Texts
    district_id: Texts
    name: Texts
    level: Texts
    east_km: Floats
    north_km: Floats
    students: Ints
    groups: Mapping[str, Ints]
    title_i: Flags
    support_status: Texts
    principal_tenure: Ints

    @cached_property
    def poverty(self) -> Floats:
        """Low-income share [share]."""
        return self.groups["low_income"] / self.students

    def __len__(self) -> int:
        return len(self.district)

    def sum_by_district(self, values: Floats | Ints) -> Floats:
        """Sum a figure over each district's schools."""
        return np.bincount(self.district, weights=values)


def draw_schools(count: int, districts: int, seed: int) -> Schools:
    """Draw `count` schools in `districts` districts, at least `LEAST_SCHOOLS` in each."""
    sizes = _district_sizes(count, districts, Draws(seed, "districts"))
    district = np.repeat(np.arange(districts), sizes)
    level = np.concatenate([_levels(int(size)) for size in sizes])
    east, north, closeness = _places(district, sizes, Draws(seed, "places"))
    poverty = _poverty_aim(district, level, closeness, Draws(seed, "poverty"))
    students = _sizes(level, Draws(seed, "sizes"))
    groups = _groups(students, level, poverty, Draws(seed, "groups"))
    reached = groups["low_income"] / students
    title_i = _title_i(district, reached)
    ids = texts([f"{STATE_CODE}{number + 1:05d}" for number in district])
    return Schools(
        district=district,
        school_id=_school_ids(ids, sizes),
        district_id=ids,
        name=school_names(level, Draws(seed, "names")),
        level=level,
        east_km=east,
        north_km=north,
        students=students,
        groups=groups,
        title_i=title_i,
        support_status=_support_status(district, reached, title_i, Draws(seed, "support")),
        principal_tenure=_principal_tenure(reached, Draws(seed, "principals")),
    )


def schools_table(schools: Schools) -> pd.DataFrame:
    """Return the table `schools`."""
    north = CENTRE_LATITUDE + schools.north_km / KM_PER_DEGREE
    east = CENTRE_LONGITUDE + schools.east_km / (KM_PER_DEGREE * np.cos(np.radians(CENTRE_LATITUDE)))
    return pd.DataFrame(
        {
            "school_id": schools.school_id,
            "district_id": schools.district_id,
            "school_name": schools.name,
            "level": schools.level,
            "title_i": np.where(schools.title_i, "true", "false"),
            "support_status": schools.support_status,
            "latitude": north.round(4),
            "longitude": east.round(4),
        }
    )


def enrollment_table(schools: Schools) -> pd.DataFrame:
    """Return the table `enrollment`: every group of every school, and ``all``."""
    counts = {"all": schools.students, **schools.groups}
    return pd.DataFrame(
        {
            "school_id": np.repeat(schools.school_id, len(counts)),
            "group": np.tile(list(counts), len(schools)),
            "students": np.stack(list(counts.values()), axis=1).ravel(),
        }
    )


def _district_sizes(count: int, districts: int, draws: Draws) -> Ints:
    spare = np.array([count - LEAST_SCHOOLS * districts])
    more: Ints = draws.split(spare, draws.uniform(0.5, 2.0, 1, districts))[0]
    return LEAST_SCHOOLS + more


def _levels(count: int) -> Texts:
    number = {level: max(1, round(share * count)) for level, share in LEVEL_SHARES.items()}
    elementary = count - sum(number.values())
    return np.repeat(texts(["elementary", *number]), [elementary, *number.values()])


def _school_ids(district_ids: Texts, sizes: Ints) -> Texts:
    numbers = np.concatenate([np.arange(size) for size in sizes]) + 1
    return texts([f"{district}{number:05d}" for district, number in zip(district_ids, numbers, strict=True)])


def _places(district: Ints, sizes: Ints, draws: Draws) -> tuple[Floats, Floats, Floats]:
    """Scatter schools over each district's disc; return east and north [km] and closeness to its centre."""
    radius = RADIUS_KM * np.sqrt(sizes)
    out = np.sqrt(draws.uniform(0, 1, len(district)))
    angle = draws.uniform(0, 2 * np.pi, len(district))
    across = int(np.ceil(np.sqrt(len(sizes))))
    step = DISTRICT_SPACING * float(radius.max())
    row, column = np.divmod(district, across)
    east = column * step + out * radius[district] * np.cos(angle)
    north = row * step + out * radius[district] * np.sin(angle)
    # Over a disc the distance from the centre has mean 2/3 and variance 1/18 of the radius.
    return east, north, (2 / 3 - out) * np.sqrt(18.0)


def _poverty_aim(district: Ints, level: Texts, closeness: Floats, draws: Draws) -> Floats:
    shift = draws.bell(int(district.max()) + 1) * DISTRICT_SPREAD
    shift[0] = 0.0
    need = CENTRE_PULL * closeness + CHANCE_PULL * draws.bell(len(level))
    exponent = POVERTY_MIDDLE + shift[district] + choose(level, POVERTY_SLOPE) * need
    return np.clip(1 / (1 + np.exp(-exponent)), *POVERTY_RANGE)


def _sizes(level: Texts, draws: Draws) -> Ints:
    smallest, largest = choose(level, SMALLEST), choose(level, LARGEST)
    place = draws.uniform(0, 1, len(level)) ** choose(level, SIZE_TILT)
    return (smallest + (largest - smallest) * place).round().astype(np.int64)


def _groups(students: Ints, level: Texts, poverty: Floats, draws: Draws) -> dict[str, Ints]:
    count = len(students)
    learner = between(0.02, 0.38, poverty) + 0.045 * draws.bell(count)
    disability = between(0.115, 0.160, poverty) + 0.018 * draws.bell(count)
    shares = {
        "low_income": poverty,
        "english_learner": np.clip(learner, 0.01, 0.60) * choose(level, ENGLISH_LEARNER_BY_LEVEL),
        "disability": np.clip(disability, *DISABILITY_RANGE),
    }
    counts = {group: (students * share).round().astype(np.int64) for group, share in shares.items()}
    for group, ends in SMALL_SHARES.items():
        counts[group] = draws.whole(students * between(*ends, poverty) * draws.uniform(0.4, 1.6, count))
    return counts | _race(students, poverty, draws)


def _race(students: Ints, poverty: Floats, draws: Draws) -> dict[str, Ints]:
    shares = np.stack([between(*ends, poverty) for ends in RACE_SHARES.values()], axis=1)
    parts = draws.split(students, shares * draws.uniform(0.6, 1.4, *shares.shape))
    return {group: parts[:, column] for column, group in enumerate(RACE_SHARES)}


def _title_i(district: Ints, poverty: Floats) -> Flags:
    """Serve every school from the cut-off on, and each district's poorest in any case."""
    poorest = np.zeros(int(district.max()) + 1)
    np.maximum.at(poorest, district, poverty)
    return poverty >= np.minimum(TITLE_I_POVERTY, poorest[district])


def _support_status(district: Ints, poverty: Floats, title_i: Flags, draws: Draws) -> Texts:
    """Name each district's neediest Title I schools; results follow poverty closely, but not exactly."""
    need = np.where(title_i, poverty + 0.06 * draws.bell(len(poverty)), -1.0)
    status = np.full(len(need), "none", dtype="<U4")
    order = np.lexsort((-need, district))
    first = np.searchsorted(district, district)
    rank = np.empty(len(need), dtype=np.int64)
    rank[order] = np.arange(len(need)) - first
    size = np.bincount(district)[district]
    end = np.zeros(len(need), dtype=np.int64)
    for category, share in SUPPORT_SHARES.items():
        start, end = end, end + np.maximum((share * size).round(), category == "CSI").astype(np.int64)
        status[(rank >= start) & (rank < end) & title_i] = category
    return status


def _principal_tenure(poverty: Floats, draws: Draws) -> Ints:
    """Years at the school, from 1; two or three at the poorest, eight at the richest [years]."""
    return 1 + draws.whole(between(14.0, 3.0, poverty) * draws.uniform(0, 1, len(poverty)))
