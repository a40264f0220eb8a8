"""``district.yaml`` of a generated data set: funds, uses, sources, and the ranges with their reasons."""

from __future__ import annotations

from typing import Any

import yaml

from planner.generate.draws import Ints
from planner.generate.schools import Schools
from planner.generate.spending import BENEFIT_RATE, ESSER, GENERAL, TITLE_I, fund_dollars

SCHOOL_YEAR, ESSER_LAST_YEAR = "2026-27", "2027-28"
LINE_WIDTH = 110

NEED_WEIGHTS = {"low_income": 0.35, "english_learner": 0.15, "disability": 0.90}
WEIGHTS_SOURCE = (
    "low_income as California's formula was proposed (edpolicyinca.org/node/332), english_learner as in "
    "Connecticut's (ctschoolfinance.org/ecs-formula/ecs-weights); disability is illustrative"
)

USES: dict[str, dict[str, Any]] = {
    "tutoring": {
        "unit": "student",
        "cost": 1500,
        "target": "low_income",
        "max_dollars_per_target_student": 600,
        "recurring": False,
    },
    "extended_time": {
        "unit": "student",
        "cost": 900,
        "target": "low_income",
        "max_dollars_per_target_student": 450,
        "recurring": False,
    },
    "coaching": {
        "unit": "coach",
        "cost": 105_000,
        "target": "all",
        "max_dollars_per_target_student": 300,
        "recurring": True,
    },
    "english_support": {
        "unit": "student",
        "cost": 1200,
        "target": "english_learner",
        "max_dollars_per_target_student": 900,
        "recurring": True,
    },
    "materials": {
        "unit": "student",
        "cost": 150,
        "target": "all",
        "max_dollars_per_target_student": 150,
        "recurring": False,
    },
}
TITLE_I_USES = ["positions", "tutoring", "coaching", "extended_time", "stipends"]
# Named one by one: `all` would let a plan place dollars on operations or meals, which serve no need.
FLEXIBLE_USES = [*TITLE_I_USES, "english_support", "materials"]

NOTES = """\
Every school, student, teacher and dollar here is made up; the shape is not. School ids begin with 03, a
state code that is assigned to no state, and the places belong to no town.
Dollars and class sizes are about even between schools, while novice teachers and vacancies gather where
poverty is highest (Knight, Educational Policy, doi 10.1177/0895904817719523): about 10% of teachers are
novices in the least poor quarter of schools and about a third in the poorest.
Actual pay differs from average-salary costing by up to about 18% of a school's teacher pay, as Roza and
Hill found in Baltimore County (edweek.org, May 2003).
Poverty runs from 8% to 92% of students and gathers around the centre; English learners follow it; 9% to 20%
of students have a disability.
Schools have 300 to 750 students (K-5), 500 to 1,100 (6-8) and 900 to 2,200 (9-12). Base pay is $48,000 to
$52,000 for novices, $58,000 to $63,000 for developing and $74,000 to $84,000 for experienced teachers, with
28% benefits. No source is claimed for these ranges: they are plausible round figures.
Classes aim at 21 to 24 students in K-3, 24 to 27 in grades 4-5, 24 to 29 in grades 6-12 and 20 to 26 in
advanced courses, which are taught from the elective pool. Filled positions cover today's sections with less
than one teacher to spare in a field; vacancies come on top.
About $11,000 to $15,000 is spent a student, poorest and richest quarters within a few percent of each
other. Of the planned funds, general leaves about 35% unspent today, title_i 15% and esser 85%.
The fund esser is a grant that ends after 2027-28, with the 20% set-aside of ARP section 2001(e)(1), so that
a plan of three years shows the cliff. Title I serves schools from 45% low-income students on, and each
district's poorest in any case, at whole dollars a low-income student that never fall as poverty rises (ESEA
section 1113). The funds state_foundation, special_education (which pays special education teachers and
aides) and food_service stay as they are.
"""


class _Dumper(yaml.SafeDumper):
    """Writes long texts as blocks, and everything in full: the reader refuses aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


class _Lines(dict[str, str]):
    """A mapping written one entry a line."""


def _represent_lines(dumper: yaml.SafeDumper, lines: _Lines) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", lines.items(), flow_style=False)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(_Lines, _represent_lines)


def facts_text(schools: Schools, districts: int, seed: int) -> str:
    """Return the text of ``district.yaml``."""
    call = f"generate_district(folder, schools={len(schools)}, seed={seed}, districts={districts})"
    name = (
        "Riverbend Unified (synthetic)"
        if districts == 1
        else f"Riverbend State, {districts} districts (synthetic)"
    )
    facts = {
        "name": name,
        "school_year": SCHOOL_YEAR,
        "benefit_rate": BENEFIT_RATE,
        "need_weights": NEED_WEIGHTS,
        "funds": _funds(schools),
        "uses": USES,
        "imputed": [],
        "sources": _Lines(
            {
                "all tables": f"synthetic; made by planner.generate.{call}",
                "need_weights": WEIGHTS_SOURCE,
                "unit costs": "illustrative round figures, in dollars of one school year",
            }
        ),
        "notes": NOTES,
    }
    return yaml.dump(facts, Dumper=_Dumper, sort_keys=False, default_flow_style=None, width=LINE_WIDTH)


def _funds(schools: Schools) -> dict[str, dict[str, Any]]:
    dollars = {fund: _by_district(schools, held) for fund, held in fund_dollars(schools).items()}
    aside = {"uses": ["tutoring", "extended_time"], "min_share": 0.20, "source": "ARP 2001(e)(1)"}
    return {
        GENERAL: {"dollars": dollars[GENERAL], "uses": FLEXIBLE_USES, "schools": "all", "recurring": True},
        TITLE_I: {"dollars": dollars[TITLE_I], "uses": TITLE_I_USES, "schools": "title_i", "recurring": True},
        ESSER: {
            "dollars": dollars[ESSER],
            "uses": FLEXIBLE_USES,
            "schools": "all",
            "recurring": False,
            "last_year": ESSER_LAST_YEAR,
            "carry_over": True,
            "set_asides": [aside],
        },
    }


def _by_district(schools: Schools, dollars: Ints) -> int | dict[str, int]:
    if len(dollars) == 1:
        return int(dollars[0])
    ids = dict(zip(schools.district.tolist(), schools.district_id.tolist(), strict=True))
    return {ids[number]: int(amount) for number, amount in enumerate(dollars)}
