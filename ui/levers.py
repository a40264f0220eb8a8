"""Levers of a policy, made from the pydantic model that reads it: a new policy needs no line here."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from planner.asked import key_words
from planner.policies.base import Policy

type Field = dict[str, Any]
type Path = tuple[str | int, ...]
HIDDEN = ("name", "source")
SEPARATOR = "␟"
# Ranges a hand can move along, where the bounds that a rule allows are far wider than what anyone sets.
USUAL = {"students per section": (10.0, 40.0, 0.5), "dollars a year per FTE": (0.0, 25_000.0, 500.0)}

# A further level of pay begins this much above the last [dollars a year], up to what a policy takes.
STEP_UP, MOST_PAY = 5_000.0, 100_000.0


def levers(policy: Policy) -> list[Field]:
    """Return the controls of a policy, as `ui.forms.Form` reads them; keys are paths in the scenario."""
    return list(_of_model(policy, ("policies", policy.name)))


def path_of(key: str) -> Path:
    """Return the path in the scenario that a control's key stands for."""
    return tuple(int(part[1:]) if part.startswith("#") else part for part in key.split(SEPARATOR))


def key_of(path: Path) -> str:
    """Return a control's key."""
    return SEPARATOR.join(f"#{part}" if isinstance(part, int) else part for part in path)


def _of_model(model: BaseModel, path: Path, prefix: str = "") -> Iterator[Field]:
    for name, info in type(model).model_fields.items():
        if name not in HIDDEN or path[0] != "policies" or len(path) > 2:
            label = f"{prefix}{info.title or key_words(name)}"
            yield from _of_value(getattr(model, name), info, (*path, name), label, model)


def _grouped(fields: Iterable[Field], group: str) -> Iterator[Field]:
    """Put controls under a heading of their own; what the label says of it again need not be shown."""
    for field in fields:
        short = field["label"].removeprefix(f"{group}: ")
        yield {**field, "group": group, "short": short[:1].upper() + short[1:]}


def _of_value(value: Any, info: FieldInfo, path: Path, label: str, parent: BaseModel) -> Iterator[Field]:
    kind, optional, rules, told = _declared(info)
    # A name that says it all needs no hint.
    told = "" if told == info.title else told
    common = {"key": key_of(path), "label": label[:1].upper() + label[1:], "help": told}
    if isinstance(value, BaseModel):
        yield from _of_model(value, path, f"{label}: ")
    elif isinstance(value, dict):
        yield from _of_entries(value, path, label)
    elif isinstance(value, list) and value and all(isinstance(each, BaseModel) for each in value):
        yield from _of_list(value, rules, path, label)
    elif value is None and isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from _to_add(kind, path, label, parent)
    elif kind is bool:
        yield {**common, "kind": "check", "value": bool(value)}
    elif get_origin(kind) is Literal:
        options = [[choice, key_words(str(choice))] for choice in get_args(kind)]
        yield {**common, "kind": "select", "value": value, "options": options}
    elif get_origin(kind) is list and get_origin(get_args(kind)[0]) is Literal:
        options = [[choice, key_words(str(choice))] for choice in get_args(get_args(kind)[0])]
        yield {**common, "kind": "ticks", "value": list(value), "options": options}
    elif kind is float:
        yield {**common, **_number(value, rules, told, optional)}


def _of_list(value: list[Any], rules: list[Any], path: Path, label: str) -> Iterator[Field]:
    """Show every entry of a list, with a button that takes it out, and one that adds another."""
    one = label.removesuffix("s")
    data = [each.model_dump(mode="json", exclude_unset=True) for each in value]
    least = max((rule.min_length for rule in rules if isinstance(rule, MinLen)), default=0)
    target = key_of(path)
    for number, each in enumerate(value):
        group = f"{one[:1].upper()}{one[1:]} {number + 1}"
        yield from _grouped(_of_model(each, (*path, number), f"{group}: "), group)
        if len(value) > least:
            rest = [*data[:number], *data[number + 1 :]]
            yield _button(f"{target}{SEPARATOR}out{number}", f"Take {group.lower()} out", target, rest, group)
    another = _next(data[-1])
    if another is not None:
        yield _button(f"{target}{SEPARATOR}more", f"Add a {one.lower()}", target, [*data, another])


def _next(last: dict[str, Any]) -> dict[str, Any] | None:
    """Return an entry to begin from after the last one; None where it is not a level of pay."""
    dollars = last.get("dollars")
    return None if dollars is None or dollars + STEP_UP > MOST_PAY else {**last, "dollars": dollars + STEP_UP}


def _button(key: str, label: str, target: str, start: Any, group: str = "") -> Field:
    under = {"group": group} if group else {}
    return {
        "key": key,
        "kind": "button",
        "label": label,
        "target": target,
        "start": start,
        "help": "",
        **under,
    }


def _of_entries(value: dict[str, Any], path: Path, label: str) -> Iterator[Field]:
    for name, each in value.items():
        if isinstance(each, BaseModel):
            yield from _grouped(_of_model(each, (*path, name), f"{name}: "), name)
        elif isinstance(each, float | int):
            yield {
                "key": key_of((*path, name)), "label": f"{label[:1].upper()}{label[1:]}: {name}", "help": "",
                "kind": "number", "value": float(each), "min": 0, "step": "any",
            }  # fmt: skip


def _to_add(kind: type[BaseModel], path: Path, label: str, parent: BaseModel) -> Iterator[Field]:
    """Offer a part that is not there yet, begun with its parent's own figures."""
    needed = [name for name, info in kind.model_fields.items() if info.is_required()]
    if all(getattr(parent, name, None) is not None for name in needed):
        start = {name: getattr(parent, name) for name in needed}
        yield {
            "key": key_of(path),
            "kind": "button",
            "label": f"{label}: set apart",
            "short": f"Set {label.rpartition(': ')[2]} apart",
            "start": start,
            "help": "",
        }


def _number(value: float | None, rules: list[Any], told: str, optional: bool) -> Field:
    low, high = _bounds(rules)
    if value is None:
        share = (low, high) == (0, 1)
        return {"kind": "number", "value": None, "min": low, "max": high, "step": 0.01 if share else "any"}
    if (low, high) == (0, 1):
        return {"kind": "range", "value": value, "min": 0, "max": 1, "step": 0.005, "scale": 100, "unit": "%"}
    if told in USUAL:
        least, most, step = USUAL[told]
        ends = {"min": min(least, value), "max": max(most, value), "step": step}
        money = {"prefix": "$"} if "dollars" in told else {}
        return {"kind": "range", "value": value, **ends, **money, "help": told}
    return {"kind": "number", "value": value, "min": low, "max": high, "step": "any"}


def _declared(info: FieldInfo) -> tuple[Any, bool, list[Any], str]:
    """Return a field's plain type, whether it may be left out, its bounds and what it says of itself."""
    kind, rules, told, optional = info.annotation, list(info.metadata), info.description or "", False
    for _ in range(4):
        if get_origin(kind) is Annotated:
            kind, *more = get_args(kind)
            for each in more:
                rules += each.metadata if isinstance(each, FieldInfo) else [each]
                told = told or (each.description or "" if isinstance(each, FieldInfo) else "")
        elif get_origin(kind) in (Union, types.UnionType):
            optional = optional or type(None) in get_args(kind)
            choices = [each for each in get_args(kind) if each is not type(None)]
            kind = next((each for each in choices if get_origin(each) is Literal), choices[0])
    return kind, optional, rules, told


def _bounds(rules: list[Any]) -> tuple[float | None, float | None]:
    low = high = None
    for rule in rules:
        if isinstance(rule, Ge | Gt):
            low = rule.ge if isinstance(rule, Ge) else rule.gt
        elif isinstance(rule, Le | Lt):
            high = rule.le if isinstance(rule, Le) else rule.lt
    return low, high  # type: ignore[return-value]
