"""A resolved scenario: the question that is put to the planner, as frozen models read from YAML."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from copy import copy, deepcopy
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, SerializeAsAny, create_model, field_validator, model_validator

from planner.district import Fund, SchoolYear, Share, Strict, Use
from planner.equity.indices.base import INDICES, Index
from planner.equity.measures.base import MEASURES, Measure
from planner.policies.base import POLICIES, Policy
from planner.problems import Problem, raise_all
from planner.registry import Registry
from planner.wording import shown, stray_key
from planner.yaml_file import KeyPath, YamlFile, judged

Stage = Literal["fewest_moves", "least_cost"]
WEIGHT_TOLERANCE = 1e-6
LATER_STAGES: tuple[Stage, ...] = ("fewest_moves", "least_cost")
TERM_KEYS = ("measure", "index", "weight")
ANY_OBJECTIVE = {"measures": [{"measure": "teachers", "index": "shortfall"}]}
# Within the range of nearly every setting.
SOME_FIGURE = 1
# A value taken out may leave its entry without what it needs, and that its list, and so on up.
MOST_ROUNDS = 10
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
    then: list[Stage] = Field(default_factory=lambda: list(LATER_STAGES))

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


def _partial(model: type[Strict], name: str) -> type[Strict]:
    """Return the model with every key optional, as a change to an entry may leave any out."""
    fields: dict[str, Any] = {}
    for key, declared in model.model_fields.items():
        optional = copy(declared)
        optional.default, optional.default_factory = None, None
        fields[key] = (declared.annotation, optional)
    return create_model(name, __base__=Strict, __doc__=model.__doc__, **fields)


FundChange = _partial(Fund, "FundChange")
UseChange = _partial(Use, "UseChange")


class Scenario(Strict):
    """A scenario with everything inherited already merged in."""

    name: str = Field(min_length=1, max_length=200)
    description: str = ""
    district: str | None = Field(default=None, description="folder of the data set, beside this file")
    years: list[SchoolYear] = Field(
        default_factory=list, description="school years planned; the data's own if empty"
    )
    high_need: HighNeed = HighNeed()
    objective: Objective
    policies: dict[str, SerializeAsAny[Policy]] = Field(default_factory=dict)
    funds: dict[str, dict[str, Any] | None] = Field(
        default_factory=dict,
        description="changes to the district's funds, by name; ~ takes one out of the plan",
    )
    uses: dict[str, dict[str, Any] | None] = Field(
        default_factory=dict, description="changes to the uses, by name"
    )
    fte_step: Step | None = Field(
        default=None, description="teachers are moved and hired in multiples of this [FTE]"
    )
    section_step: Step | None = Field(
        default=None, description="sections come in multiples of this [sections]"
    )
    solver: SolverOptions = SolverOptions()
    sweep: dict[str, Annotated[list[Any], Field(min_length=1)]] = Field(
        default_factory=dict,
        description="a grid for `planner sweep`: values to try, by the dotted path of a setting",
    )

    @field_validator("years")
    @classmethod
    def _consecutive(cls, years: list[str]) -> list[str]:
        starts = [int(year[:4]) for year in years]
        if any(later != earlier + 1 for earlier, later in pairwise(starts)):
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
    reading = _Reading(file)
    scenario = reading.scenario()
    raise_all(problem for _, problem in reading.problems)
    assert scenario is not None
    return scenario


def readable_part(file: YamlFile) -> Scenario | None:
    """Return a scenario without the values that cannot be read, so that the rest can be judged too.

    What must not be left out, such as an objective, is filled in. None where nothing is left to judge.
    """
    data = file.data
    for _ in range(MOST_ROUNDS):
        reading = _Reading(YamlFile(file.name, data, {}))
        scenario = reading.scenario()
        if not reading.problems:
            return scenario
        data = _without(data, [path for path, _ in reading.problems])
    return None


def _without(data: Mapping[str, Any], paths: Iterable[KeyPath]) -> dict[str, Any]:
    left = deepcopy(dict(data))
    objective = left.get("objective")
    terms: Any = objective.get("measures") if isinstance(objective, dict) else None
    weighted = isinstance(terms, list) and all(isinstance(term, dict) for term in terms)
    # The last entries of a list first, so that the places of the others stay.
    for path in sorted(set(paths), key=lambda path: [f"{part:>9}" for part in path], reverse=True):
        if path != ("objective",) or not weighted:
            _take_out(left, path)
    for term in terms if weighted else ():
        term["weight"] = 1 / len(terms)
    return {"name": "scenario", "objective": ANY_OBJECTIVE, **left}


def _take_out(data: Any, path: KeyPath) -> None:
    """Take the value at a path out of nested data; what lacks a value goes with all it holds.

    In the place of a figure stands another at first, so that what it belongs to stays.
    """
    *outer, last = path
    inside = data
    for part in outer:
        if part not in _keys(inside):
            return
        inside = inside[part]
    if last in _keys(inside):
        number = isinstance(inside[last], int | float) and inside[last] != SOME_FIGURE
        if number:
            inside[last] = SOME_FIGURE
        else:
            del inside[last]
    elif outer:
        _take_out(data, tuple(outer))


def resolve_scenario(data: Mapping[str, Any], name: str = "scenario") -> Scenario:
    """Build a scenario from resolved plain data, such as a plan carries; `name` is shown in problems."""
    if not isinstance(data, Mapping):
        raise_all([Problem(name, shown(data), "keys and values")])
    return parse_scenario(YamlFile(name, dict(data), {}))


def _keys(inside: Any) -> Container[Any]:
    return range(len(inside)) if isinstance(inside, list) else inside if isinstance(inside, dict) else ()


def _entries(given: Any) -> list[tuple[str, Any]]:
    return [(str(name), entry) for name, entry in given.items()] if isinstance(given, dict) else []


class _Reading:
    """One reading of a scenario's data, which gathers problems as it goes."""

    def __init__(self, file: YamlFile) -> None:
        self.file = file
        self.problems: list[tuple[KeyPath, Problem]] = []

    def scenario(self) -> Scenario | None:
        """Return the scenario; None where it cannot be read."""
        data = dict(self.file.data)
        if isinstance(data.get("policies"), dict):
            data["policies"] = self.policies(data["policies"])
        for key, model in (("funds", FundChange), ("uses", UseChange)):
            for name, given in _entries(data.get(key)):
                if isinstance(given, dict):
                    self.checked(model, (key, name), given)
        objective = data.get("objective")
        whole = True
        if isinstance(objective, dict) and isinstance(objective.get("measures"), list):
            terms = [self.term(raw, position) for position, raw in enumerate(objective["measures"])]
            data["objective"] = {**objective, "measures": [term for term in terms if term is not None]}
            whole = None not in terms
        scenario = self.checked(Scenario, (), data)
        if not whole:
            # What is left of the objective is judged once all of its terms can be read.
            partial: set[KeyPath] = {("objective",), ("objective", "measures")}
            self.problems = [(path, problem) for path, problem in self.problems if path not in partial]
        return scenario

    def note(self, path: KeyPath, found: str, expected: str, hint: str = "") -> None:
        """Note what is wrong at a path."""
        self.problems.append((path, Problem(self.file.where(path), found, expected, hint)))

    def policies(self, raw: dict[str, Any]) -> dict[str, Policy]:
        """Return the policies that can be read, by name."""
        read = {str(name): self.policy(str(name), given) for name, given in raw.items()}
        return {name: policy for name, policy in sorted(read.items()) if policy is not None}

    def policy(self, name: str, given: Any) -> Policy | None:
        """Return one policy; its kind is its name unless it gives another."""
        at: KeyPath = ("policies", name)
        if not isinstance(given, dict):
            hint = "write {} for its defaults" if given is None else ""
            self.note(at, shown(given), "the policy's settings", hint)
            return None
        kind = str(given.get("kind", name))
        if not self.is_known(POLICIES, kind, at):
            return None
        fields = set(POLICIES[kind].model_fields) - {"name"}
        settings = self.only_known(given, fields, at, {"kind"})
        if "measure" in settings:
            measure = self.measure(settings["measure"], (*at, "measure"))
            if measure is None:
                return None
            settings["measure"] = measure
        return self.checked(POLICIES[kind], at, {**settings, "name": name})

    def measure(self, given: Any, at: KeyPath) -> Measure | None:
        """Return a measure that stands alone: its name, or a map with ``measure`` and its parameters."""
        raw = {"measure": given} if isinstance(given, str) else given
        if not isinstance(raw, dict) or "measure" not in raw:
            expected = "a measure by name, or a map with 'measure' and its parameters"
            self.note(at, shown(given), expected)
            return None
        kind = str(raw["measure"])
        if not self.is_known(MEASURES, kind, at):
            return None
        return self.checked(
            MEASURES[kind], at, self.only_known(raw, MEASURES[kind].model_fields, at, {"measure"})
        )

    def term(self, raw: Any, position: int) -> Term | None:
        """Return one part of the objective, its flat keys shared out to measure and index."""
        at: KeyPath = ("objective", "measures", position)
        if not isinstance(raw, dict) or not {"measure", "index"} <= set(raw):
            self.note(at, shown(raw), "a measure and an index")
            return None
        kinds = str(raw["measure"]), str(raw["index"])
        known = [
            self.is_known(MEASURES, kinds[0], (*at, "measure")),
            self.is_known(INDICES, kinds[1], (*at, "index")),
        ]
        if not all(known):
            return None
        models: tuple[type[BaseModel], ...] = (MEASURES[kinds[0]], INDICES[kinds[1]])
        fields = {key for model in models for key in model.model_fields}
        settings = self.only_known(raw, fields, at, set(TERM_KEYS))
        parts = [
            self.checked(
                model, at, {key: value for key, value in settings.items() if key in model.model_fields}
            )
            for model in models
        ]
        if None in parts:
            return None
        weight = {"weight": raw["weight"]} if "weight" in raw else {}
        return self.checked(Term, at, {"measure": parts[0], "index": parts[1], **weight})

    def is_known(self, registry: Registry[Any], kind: str, at: KeyPath) -> bool:
        """Tell whether a kind is registered, and note the problem if not."""
        if kind not in registry:
            self.problems.append((at, registry.unknown(kind, self.file.where(at))))
        return kind in registry

    def only_known(
        self, raw: dict[str, Any], fields: Iterable[str], at: KeyPath, apart: set[str]
    ) -> dict[str, Any]:
        """Return the settings that are fields, and note every key that is none and not read `apart`."""
        known = {*fields, *apart}
        for key in raw:
            if key not in known:
                self.note(*stray_key((*at, str(key)), known))
        return {key: value for key, value in raw.items() if key in known and key not in apart}

    def checked[M: BaseModel](self, model: type[M], at: KeyPath, data: dict[str, Any]) -> M | None:
        """Return the model of some data, or note what is wrong with them."""
        checked, defects = judged(model, data, strict=True)
        for defect in defects:
            self.note((*at, *defect.path), *defect[1:])
        return checked
