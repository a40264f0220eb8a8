"""What is minimised, in order: inequity, the scenario's later stages, needless change, a fixed order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from planner.equity.evaluate import Evaluator, undefined_terms
from planner.optimize.collecting import collection_paused
from planner.optimize.linear import Linear, total
from planner.optimize.model import AUXILIARY, DOLLAR_UNIT, AllocationModel
from planner.problems import raise_all
from planner.scenario import Term

# What later stages may give up: above the solver's own tolerance, below the last digit of a plan file.
TOLERANCE = {
    "inequity": 2e-8,
    "fewest_moves": 2e-8,
    "least_cost": 1e-6,
    "fewest_changes": 2e-8,
    "fixed_order": 2e-8,
}
POSITIONS = ("hire", "recruit", "release", "attrition")


@dataclass(frozen=True, slots=True)
class Stage:
    """One objective, minimised without giving up more than `tolerance` of the ones before.

    Parameters
    ----------
    name
        ``inequity``, ``fewest_moves``, ``least_cost``, ``fewest_changes`` or ``fixed_order``.
    expression
        What is minimised.
    tolerance
        How much of it later stages may give up, in its own unit: index points, FTE, thousand dollars,
        sections and FTE. Small enough never to show, large enough to be above the solver's own tolerance.
    """

    name: str
    expression: Linear
    tolerance: float


@collection_paused()
def stages(model: AllocationModel) -> list[Stage]:
    """Return the objectives in the order in which they are minimised."""
    return [inequity_stage(term_points(model), model.case.scenario.objective.measures), *later_stages(model)]


def inequity_stage(points: Sequence[Linear], terms: Sequence[Term]) -> Stage:
    """Return ``100 * sum v_m * index_m(plan) / index_m(today)`` of the terms' points at weight 1."""
    weighted = (part * term.weight for part, term in zip(points, terms, strict=True))
    return Stage("inequity", total(weighted), TOLERANCE["inequity"])


def later_stages(model: AllocationModel) -> list[Stage]:
    """Return what is minimised once the inequity is settled, in order."""
    later = {"fewest_moves": moves(model), "least_cost": _dollars_changed(model)}
    names = [*model.case.scenario.objective.then, "fewest_changes"]
    later["fewest_changes"] = _changes(model)
    if not any(model.program.integer):
        # Whole steps leave few ties, and proving which of them stands first could take long.
        names.append("fixed_order")
        later["fixed_order"] = _order(model)
    return [Stage(name, later[name], TOLERANCE[name]) for name in names if later[name].terms]


def term_points(model: AllocationModel) -> list[Linear]:
    """Add each term's index to the model; return its points at weight 1, each index the mean of its years.

    Raises
    ------
    InputProblems
        If an index has no value today.
    """
    raise_all(list(undefined_terms(model.case)))
    evaluator = Evaluator(model.case)
    terms = model.case.scenario.objective.measures
    return [_points(model, evaluator, number, term) for number, term in enumerate(terms)]


def _points(model: AllocationModel, evaluator: Evaluator, number: int, term: Term) -> Linear:
    case = model.case
    spread = evaluator.spread(term.measure, term.index)
    today = evaluator.before(term.measure, term.index)
    years = []
    for year in range(len(case.years)):
        amounts = model.amounts(term.measure, year)
        years.append(term.index.linear(model, (term.name, number, year), amounts, spread))
    scale = 100.0 / (today if today > 0 else 1.0) / len(case.years)
    return total(years) * scale


def moves(model: AllocationModel) -> Linear:
    """All FTE that transfer, over the plan's years."""
    return total(model.get("leave", key) for key in model.keys("leave"))


def _dollars_changed(model: AllocationModel) -> Linear:
    """Thousand dollars added to lines and taken from lines, over the plan's years.

    A dollar added and a dollar taken count alike: were only spending counted, a programme would be cut
    wherever its money serves no chosen measure, merely to make the plan look cheap.
    """
    changes = [
        *(model.get("dollars_added", key) for key in model.keys("dollars_added")),
        *(model.get("dollars_cut", key) for key in model.keys("dollars_cut")),
    ]
    return total(changes) / DOLLAR_UNIT


def _changes(model: AllocationModel) -> Linear:
    """Sections opened and closed, and FTE of positions filled and given up, over the plan's years.

    No class changes and nobody is hired without a reason.
    """
    families = ("sections_added", "sections_cut", *POSITIONS)
    return total(model.get(family, key) for family in families for key in model.keys(family))


def _order(model: AllocationModel) -> Linear:
    """All decisions, each at a weight from 1 to 2 of its own, so that no two plans are level.

    The weight comes from what the decision is, not from where it stands in the program. It has no meaning:
    it only makes every search for the same plan end with the same one.
    """
    return Linear(
        {
            number: 1.0 + crc32(f"{column.family} {column.key}".encode()) / 2**32
            for number, column in enumerate(model.columns)
            if column.family != AUXILIARY
        }
    )
