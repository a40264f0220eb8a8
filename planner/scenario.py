"""A resolved scenario: the question that is put to the planner, as frozen models read from YAML."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, SerializeAsAny, field_validator, model_validator

from planner.district import SchoolYear, Share, Strict
from planner.equity.indices.base import INDICES, Index
from planner.equity.measures.base import MEASURES, Measure
from planner.policies.base import POLICIES, Policy
from planner.problems import InputProblems, Problem, nearest
from planner.yaml_file import KeyPath, YamlFile, validate

WEIGHT_TOLERANCE = 1e-6
LATER_STAGES = ("fewest_moves", "least_cost")
Step = Annotated[float, Field(gt=0, le=100)]


class HighNeed(Strict):
    """Which schools count as high-need: the top share by a student group, as Maintenance of Equity has it."""

    by: str = Field(default="low_income", description="student group whose share ranks the schools")
    top_share: Share = Field(default=0.25, description="share of schools, from the highest down")
    within: Literal["grade_span", "district"] = Field(
        default="grade_span", description="rank inside each grade span of a district, or over the district"
    )


class SolverOptions(Strict):
    """How long to search and how close to the bound is close enough."""

    time_limit_seconds: Annotated[float, Field(gt=0, le=86_400)] = 60.0
    gap: Share = Field(default=0.001, description="relative gap at which whole-step plans count as proven")


class Term(Strict):
    """One part of the objective: an index of a measure, and its weight."""

    measure: SerializeAsAny[Measure]
    index: SerializeAsAny[Index]
    weight: Annotated[float, Field(gt=0, le=1)] = 1.0

    @property
    def name(self) -> str:
        """Name of the term, such as ``dollars gap low_income``."""
        return " ".join(part for part in (self.measure.label, self.index.label) if part)


class Objective(Strict):
    """What is minimised: first inequity relative to today, then the later stages in order."""

    measures: list[Term] = Field(min_length=1)
    then: list[Literal["fewest_moves", "least_cost"]] = Field(default_factory=lambda: list(LATER_STAGES))

    @model_validator(mode="after")
    def _weights_sum_to_one(self) -> Objective:
        total = sum(term.weight for term in self.measures)
        if abs(total - 1) > WEIGHT_TOLERANCE:
            raise ValueError(f"weights that sum to 1 (they sum to {total:g})")
        return self

    @field_validator("then")
    @classmethod
    def _each_stage_once(cls, stages: list[str]) -> list[str]:
        if len(set(stages)) != len(stages):
            raise ValueError("each stage once")
        return stages


class Scenario(Strict):
    """A scenario with everything inherited already merged in."""

    name: str = Field(min_length=1, max_length=200)
    description: str = ""
    district: str | None = Field(default=None, description="folder of the data set, beside this file")
    years: list[SchoolYear] = Field(default_factory=list, description="school years planned; the data's own if empty")
    high_need: HighNeed = HighNeed()
    objective: Objective
    policies: dict[str, SerializeAsAny[Policy]] = Field(default_factory=dict)
    funds: dict[str, dict[str, Any] | None] = Field(
        default_factory=dict, description="changes to the district's funds, by name; ~ takes one out of the plan"
    )
    uses: dict[str, dict[str, Any] | None] = Field(default_factory=dict, description="changes to the uses, by name")
    fte_step: Step | None = Field(default=None, description="teachers are moved and hired in multiples of this [FTE]")
    section_step: Step | None = Field(default=None, description="sections come in multiples of this [sections]")
    solver: SolverOptions = SolverOptions()

    @field_validator("years")
    @classmethod
    def _consecutive(cls, years: list[str]) -> list[str]:
        starts = [int(year[:4]) for year in years]
        if any(later != earlier + 1 for earlier, later in zip(starts, starts[1:], strict=False)):
            raise ValueError("consecutive school years, the earliest first")
        return years

    def resolved(self) -> dict[str, Any]:
        """Return the scenario as plain data that reads back to an equal scenario."""
        data = self.model_dump(mode="json", exclude_defaults=True)
        data["objective"]["measures"] = [_flat_term(term) for term in self.objective.measures]
        if self.policies:
            data["policies"] = {name: policy.as_data() for name, policy in sorted(self.policies.items())}
        return data


def _flat_term(term: Term) -> dict[str, Any]:
    parts = {**term.measure.model_dump(exclude_defaults=True), **term.index.model_dump(exclude_defaults=True)}
    return {"measure": term.measure.kind, "index": term.index.kind, "weight": term.weight, **parts}


def parse_scenario(file: YamlFile) -> Scenario:
    """Check a resolved scenario's data and build it.

    Parameters
    ----------
    file
        The merged mapping, with where each value stands; `extends` and `changes` already taken out.

    Raises
    ------
    InputProblems
        Every unknown key, name or impossible value, with file and line.
    """
    problems: list[Problem] = []
    data = dict(file.data)
    if isinstance(data.get("policies"), dict):
        data["policies"] = _policies(data["policies"], file, problems)
    if isinstance(data.get("objective"), dict) and isinstance(data["objective"].get("measures"), list):
        terms = [_term(raw, position, file, problems) for position, raw in enumerate(data["objective"]["measures"])]
        data["objective"] = {**data["objective"], "measures": [term for term in terms if term is not None]}
    try:
        scenario = validate(Scenario, file, data=data)
    except InputProblems as error:
        kept = [problem for problem in error.problems if not (problems and "objective.measures" in problem.where)]
        raise InputProblems([*problems, *kept]) from None
    if problems:
        raise InputProblems(problems)
    return scenario


def _policies(raw: dict[str, Any], file: YamlFile, problems: list[Problem]) -> dict[str, Policy]:
    policies = {}
    for name, given in raw.items():
        policy = _policy(name, given, file, problems)
        if policy is not None:
            policies[name] = policy
    return dict(sorted(policies.items()))


def _policy(name: str, given: Any, file: YamlFile, problems: list[Problem]) -> Policy | None:
    at: KeyPath = ("policies", name)
    settings = {} if given is None else given
    if not isinstance(settings, dict):
        problems.append(Problem(file.where(at), f"'{given}'", "the policy's settings"))
        return None
    kind = str(settings.get("kind", name))
    if kind not in POLICIES:
        problems.append(POLICIES.unknown(kind, file.where(at)))
        return None
    settings = {**{key: value for key, value in settings.items() if key != "kind"}, "name": str(name)}
    return _checked(POLICIES[kind], file, at, settings, problems)


def _term(raw: Any, position: int, file: YamlFile, problems: list[Problem]) -> Term | None:
    at: KeyPath = ("objective", "measures", position)
    if not isinstance(raw, dict) or not {"measure", "index"} <= set(raw):
        problems.append(Problem(file.where(at), f"'{raw}'", "a measure and an index"))
        return None
    kinds = [
        registry.unknown(str(raw[key]), file.where((*at, key)))
        for key, registry in (("measure", MEASURES), ("index", INDICES))
        if raw[key] not in registry
    ]
    if kinds:
        problems += kinds
        return None
    measure_class, index_class = MEASURES[raw["measure"]], INDICES[raw["index"]]
    parts = {key: value for key, value in raw.items() if key not in ("measure", "index", "weight")}
    known = [*measure_class.model_fields, *index_class.model_fields, "measure", "index", "weight"]
    stray = [key for key in parts if key not in known]
    problems += [
        Problem(file.where((*at, key)), f"key '{key}'", f"one of {', '.join(sorted(known))}", nearest(key, known))
        for key in stray
    ]
    measure = _checked(measure_class, file, at, _only(parts, measure_class), problems)
    index = _checked(index_class, file, at, _only(parts, index_class), problems)
    if stray or measure is None or index is None:
        return None
    return _checked(Term, file, at, {"measure": measure, "index": index, "weight": raw.get("weight", 1.0)}, problems)


def _only(parts: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    return {key: value for key, value in parts.items() if key in model.model_fields}


def _checked[M: BaseModel](
    model: type[M], file: YamlFile, at: KeyPath, data: dict[str, Any], problems: list[Problem]
) -> M | None:
    try:
        return validate(model, file, at, data)
    except InputProblems as error:
        problems += error.problems
        return None
