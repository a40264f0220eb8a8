"""What plans were asked, in words: the words come from the declarations of the settings themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from planner.plan import Plan
from planner.policies.base import POLICIES
from planner.scenario import Scenario
from planner.wording import Part, alternatives, bounds_of

# Settings that say what a plan is called, not what was asked.
NOT_ASKED = frozenset({"name", "description", "kind", "source"})
ABSENT = "–"

type Path = tuple[str | int, ...]


class Asked(NamedTuple):
    """One setting in words, and what it is in each plan."""

    words: str
    values: tuple[str, ...]


class Setting(NamedTuple):
    """A value with its declaration, what it is called, and the names of what it stands in."""

    value: Any
    part: Part
    name: str
    places: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What the setting is called, after what it stands in."""
        text = ": ".join(filter(None, (", ".join(self.places), self.name)))
        return text[:1].upper() + text[1:]

    @property
    def entries(self) -> list[tuple[str | int, Any]]:
        """What stands inside it: settings by key, or parts by number."""
        if isinstance(self.value, Mapping):
            return list(self.value.items())
        parts = self.value if isinstance(self.value, list | tuple) else ()
        return list(enumerate(parts)) if any(isinstance(each, Mapping) for each in parts) else []


def asked_differently(plans: Sequence[Plan]) -> list[Asked]:
    """Return the settings in which plans differ, in words, rule by rule, with each plan's value in order."""
    rows = scenarios_apart([plan.scenario for plan in plans])
    data_sets = tuple(str(plan.district.get("name", "")) for plan in plans)
    return [*rows, Asked("Data set", data_sets)] if len(set(data_sets)) > 1 else rows


def scenarios_apart(scenarios: Sequence[Mapping[str, Any]]) -> list[Asked]:
    """Return the settings in which resolved scenarios differ, in words, rule by rule."""
    asked = [settings_of(scenario) for scenario in scenarios]
    words = {path: setting.words for each in asked for path, setting in each.items()}
    rows = [Asked(said, tuple(_value_at(path, each) for each in asked)) for path, said in words.items()]
    return [row for row in sorted(rows) if len(set(row.values)) > 1]


def settings_of(scenario: Mapping[str, Any]) -> dict[Path, Setting]:
    """Return every value that a resolved scenario sets, by its path."""
    return dict(_leaves((), Setting(scenario, Part(Scenario), "")))


def key_words(name: str) -> str:
    """Return a key in words: ``max_share_per_school`` as most share per school."""
    text = name.replace("_", " ")
    for short, long in (("max ", "most "), ("min ", "least ")):
        text = text.replace(short, long) if text.startswith(short) else text
    return f"FTE{text.removeprefix('fte')}" if text.startswith("fte ") else text


def value_words(value: Any, part: Part | None = None) -> str:
    """Return a value as people read it, by its declaration: 10%, $5,000, yes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number_words(value, part)
    if isinstance(value, list | tuple):
        return ", ".join(value_words(each) for each in value) or "none"
    if isinstance(value, Mapping):
        return "in force"
    return "not set" if value is None else str(value).replace("_", " ")


def _number_words(value: float, part: Part | None) -> str:
    if part is not None and bounds_of(part)[3:] == (1,):
        return f"{100 * value:g}%"
    return f"${value:,.0f}" if part is not None and "dollars" in part.description else f"{value:,.6g}"


def _value_at(path: Path, settings: Mapping[Path, Setting]) -> str:
    """Return the value at a path; what a rule in force leaves out is its default."""
    if path in settings:
        return value_words(settings[path].value, settings[path].part)
    if any(each[: len(path)] == path for each in settings):
        return "in force"
    in_force = any(each[:2] == path[:2] for each in settings)
    if not in_force or path[0] != "policies" or len(path) != 3 or path[1] not in POLICIES:
        return ABSENT
    declared = _fields(POLICIES[str(path[1])]).get(str(path[2]))
    if declared is None or declared.is_required():
        return ABSENT
    default = declared.get_default(call_default_factory=True)
    return value_words(default, _fitting(declared, default))


def _leaves(path: Path, setting: Setting) -> Iterator[tuple[Path, Setting]]:
    """Yield the settings below one; those that only say what something is called are left out."""
    if not setting.entries:
        yield path, setting
    for key, value in setting.entries:
        if key not in NOT_ASKED:
            yield from _leaves((*path, key), _inner(path, setting, key, value))


def _inner(path: Path, outer: Setting, key: str | int, value: Any) -> Setting:
    """Return what stands under a key, with its own declaration and name."""
    if path == ("policies",):
        return _policy(str(key), value)
    declared = _fields(outer.part.type).get(str(key))
    if declared is not None:
        return _field(outer, declared, str(key), value)
    part = _fitting(next(iter(get_args(outer.part.type)[::-1]), Any), value)
    if isinstance(key, int):
        return Setting(value, part, f"{outer.name.removesuffix('s')} {key + 1}", outer.places)
    # A map's own name says nothing before an entry with settings of its own; of a figure it says what it is.
    if isinstance(value, Mapping):
        return Setting(value, part, key, outer.places)
    return Setting(value, part, outer.name, (*outer.places, key.replace("_", " ")))


def _policy(name: str, value: Any) -> Setting:
    kind = str(value.get("kind", name)) if isinstance(value, Mapping) else name
    if kind not in POLICIES:
        # A plan of a later version may name a rule that this one does not know.
        return Setting(value, Part(None), key_words(name))
    title = POLICIES[kind].title
    return Setting(value, Part(POLICIES[kind]), title if kind == name else f"{title} ({key_words(name)})")


def _field(outer: Setting, declared: FieldInfo, key: str, value: Any) -> Setting:
    part = _fitting(declared, value)
    inside = [each for _, each in Setting(value, part, "").entries]
    is_whole = any(isinstance(each, Mapping) for each in inside) or _is_model(part)
    name = declared.title or (key_words(key) if is_whole else _described(declared, key))
    places = (*outer.places, outer.name) if outer.name else outer.places
    return Setting(value, part, name, places)


def _described(declared: FieldInfo, key: str) -> str:
    """Return what a setting says of itself, without the unit that its value shows."""
    told = (declared.description or "").partition(" [")[0].partition(";")[0]
    return told.replace("_", " ") or key_words(key)


def _fields(kind: Any) -> Mapping[str, FieldInfo]:
    fields: Mapping[str, FieldInfo] = getattr(kind, "model_fields", {})
    return fields


def _fitting(declared: Any, value: Any) -> Part:
    """Return the alternative of a declaration that a value is read by."""
    parts = list(alternatives(declared)) or [Part(Any)]
    wanted = _is_model if isinstance(value, Mapping) else lambda part: get_origin(part.type) is None
    return next((part for part in parts if wanted(part)), parts[0])


def _is_model(part: Part) -> bool:
    return isinstance(part.type, type) and issubclass(part.type, BaseModel)
