"""What pydantic finds wrong, said in plain words: what stands there, what would be right, the nearest name.

The words come from the declaration of the value (its type, bounds and choices), not from the checker's own
messages, which speak of dictionaries and unions.
"""

from __future__ import annotations

import math
import re
import types
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from planner.problems import nearest, printable

KeyPath = tuple[str | int, ...]
LONGEST_SHOWN = 120
# Errors whose own text is already written for users: it comes from a check of ours.
OWN_CHECKS = ("value_error", "assertion_error")


class Defect(NamedTuple):
    """One defect: the key path inside the data, what was found, what is expected, and a hint."""

    path: KeyPath
    found: str
    expected: str
    hint: str = ""


class Part(NamedTuple):
    """A declared type with the bounds and the description that stand beside it."""

    type: Any
    rules: tuple[Any, ...] = ()
    description: str = ""


def worded(errors: Sequence[ErrorDetails], model: type[BaseModel], data: Any) -> list[Defect]:
    """Return what pydantic found wrong with `data`, one defect a value, in words.

    Parameters
    ----------
    errors
        The errors of one failed validation.
    model
        The model that was asked for.
    data
        What was given.
    """
    placed = [(_real_path(error, data), error) for error in errors]
    deep = {path[:length] for path, _ in placed for length in range(len(path))}
    # Where one branch of a choice got further than the others, only it is worth telling of.
    told = {
        path: error for path, error in reversed(placed) if path not in deep or error["type"] in OWN_CHECKS
    }
    return [_defect(path, error, model, data) for path, error in told.items()]


def shown(value: Any) -> str:
    """Return a value as a user would write it, shortened."""
    if isinstance(value, str):
        return f"'{_short(value)}'"
    return _short(_plain(value)) or "no settings"


def _plain(value: Any, inside: bool = False) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        text = ", ".join(f"{key}: {_plain(inner, True)}" for key, inner in value.items())
        return f"{{{text}}}" if inside else text
    if isinstance(value, list | tuple):
        return f"[{', '.join(_plain(inner, True) for inner in value)}]"
    if isinstance(value, BaseModel):
        return str(getattr(value, "name", type(value).__name__))
    return f"{value}"


def _short(text: str) -> str:
    text = printable(text[: LONGEST_SHOWN + 1])
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."


def _real_path(error: ErrorDetails, data: Any) -> KeyPath:
    """Return the error's place in the data, without the names of the branches that were tried on the way."""
    path: list[str | int] = []
    rest = list(error["loc"])
    while rest:
        part = rest.pop(0)
        if _holds(data, part):
            path.append(part)
            data = data[part]
        elif error["type"] == "missing" and not rest:
            path.append(part)
    return tuple(path)


def _holds(data: Any, part: str | int) -> bool:
    if isinstance(data, list | tuple):
        return isinstance(part, int) and part < len(data)
    return isinstance(data, dict) and part in data


def _defect(path: KeyPath, error: ErrorDetails, model: type[BaseModel], data: Any) -> Defect:
    kind = error["type"]
    if kind == "extra_forbidden":
        known = known_keys(_parts_at(model, path[:-1]))
        return stray_key(path, known)
    if kind == "missing":
        return Defect(path, "nothing", f"the key '{path[-1]}'")
    found = _value_at(data, path)
    if kind in OWN_CHECKS:
        expected = error["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
        return Defect(path, shown(found), expected)
    parts = _parts_at(model, path)
    expected = in_words(parts) or error["msg"].removeprefix("Input should be ")
    return Defect(path, shown(found), expected, _hint(found, parts))


def _figure_in(text: str) -> str:
    """Return the hint for a figure that was written as text: ``'20'``, ``10%`` or ``1e-3``."""
    plain = re.sub(r"[$,\s]", "", text)
    try:
        number = float(plain.removesuffix("%"))
    except ValueError:
        return ""
    if not math.isfinite(number):
        return ""
    return f"{plain} is written {number / 100:g}" if "%" in plain else f"write {number:.15g}, without quotes"


def stray_key(path: KeyPath, known: Iterable[str]) -> Defect:
    """Return the defect of a key that is not known, with those that are."""
    key, names = str(path[-1]), sorted(known)
    expected = f"one of {', '.join(names)}" if names else "no keys"
    return Defect(path, f"key '{key}'", expected, nearest(key, names))


def _value_at(data: Any, path: KeyPath) -> Any:
    for part in path:
        data = data[part]
    return data


def _hint(found: Any, parts: Iterable[Part]) -> str:
    if isinstance(found, str):
        choices = [choice for part in parts for choice in _choices(part) if isinstance(choice, str)]
        numeric = any(part.type in (int, float) for part in parts)
        return nearest(found, choices) or (_figure_in(found) if numeric else "")
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    if is_number and 1 < found <= 100 and any(_is_share(part) for part in parts):
        return f"{found:g}% is written {found / 100:g}"
    return ""


def _is_share(part: Part) -> bool:
    bounds = bounds_of(part)
    return len(bounds) == 4 and bounds[1] == 0 and bounds[3] == 1


# From a declaration to words ------------------------------------------------------------------------------


def in_words(parts: Iterable[Part]) -> str:
    """Return what a value may be: ``a number of at least 0, or 'all'``."""
    words = list(dict.fromkeys(filter(None, (_words(part) for part in parts))))
    return ", or ".join(words)


def _words(part: Part) -> str:
    kind = get_origin(part.type) or part.type
    if kind is Literal:
        # Python keeps one order for choices of types that it holds equal, so theirs is not always ours.
        choices = sorted(f"'{each}'" if isinstance(each, str) else f"{each}" for each in get_args(part.type))
        return choices[0] if len(choices) == 1 else f"one of {', '.join(choices)}"
    if kind in (int, float):
        return _number_words(part)
    if kind is str:
        return part.description if _has_pattern(part) and part.description else _length_words("text", part)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"settings: {', '.join(known_keys([part]))}"
    named: dict[Any, str] = {bool: "true or false", list: "a list", tuple: "a list", dict: "entries by name"}
    return _length_words(named[kind], part) if kind in named else ""


def _number_words(part: Part) -> str:
    noun = "a whole number" if part.type is int else "a number"
    bounds = bounds_of(part)
    if not bounds:
        return noun
    if len(bounds) == 4 and bounds[0] == ">=" and bounds[2] == "<=":
        return f"{noun} from {bounds[1]:,g} to {bounds[3]:,g}"
    said = {
        ">=": "of at least",
        ">": "above",
        "<=": "at most" if len(bounds) == 4 else "of at most",
        "<": "below",
    }
    return f"{noun} " + " and ".join(
        f"{said[str(s)]} {b:,g}" for s, b in zip(bounds[::2], bounds[1::2], strict=True)
    )


def bounds_of(part: Part) -> tuple[Any, ...]:
    """Return the bounds of a number as signs and figures: ``(">=", 0, "<=", 1)``; none where it has none."""
    least: tuple[Any, ...] = ()
    most: tuple[Any, ...] = ()
    for rule in part.rules:
        if isinstance(rule, Ge | Gt):
            least = (">=", rule.ge) if isinstance(rule, Ge) else (">", rule.gt)
        elif isinstance(rule, Le | Lt):
            most = ("<=", rule.le) if isinstance(rule, Le) else ("<", rule.lt)
    return least + most


def _length_words(noun: str, part: Part) -> str:
    entry = "character" if noun == "text" else "entry"
    least = max((rule.min_length for rule in part.rules if isinstance(rule, MinLen)), default=0)
    most = min((rule.max_length for rule in part.rules if isinstance(rule, MaxLen)), default=None)
    if most is not None:
        return f"{noun} of {least} to {most} {'characters' if noun == 'text' else 'entries'}"
    return f"{noun} of at least {least} {entry}" if least == 1 else noun


def _has_pattern(part: Part) -> bool:
    return any(getattr(rule, "pattern", None) for rule in part.rules)


def _choices(part: Part) -> tuple[Any, ...]:
    return get_args(part.type) if get_origin(part.type) is Literal else ()


def known_keys(parts: Iterable[Part]) -> list[str]:
    """Return the keys that models among the parts declare, sorted."""
    return sorted({key for part in parts for key in getattr(part.type, "model_fields", {})})


# Through a declaration along a path -----------------------------------------------------------------------


def _parts_at(model: type[BaseModel], path: KeyPath) -> list[Part]:
    """Return every type that the model allows at a path, following models, maps, lists and choices."""
    parts = [Part(model)]
    for key in path:
        parts = [inner for part in parts for inner in _inside(part, key)]
    return parts


def _inside(part: Part, key: str | int) -> Iterator[Part]:
    fields = getattr(part.type, "model_fields", None)
    if fields is not None:
        if key in fields:
            yield from alternatives(fields[str(key)])
        return
    origin, arguments = get_origin(part.type), get_args(part.type)
    if origin in (list, tuple, dict) and arguments:
        yield from alternatives(arguments[1] if origin is dict else arguments[0])


def alternatives(declared: Any, rules: tuple[Any, ...] = (), description: str = "") -> Iterator[Part]:
    """Yield the types of a declaration: choices apart, bounds and descriptions carried along."""
    if isinstance(declared, FieldInfo):
        yield from alternatives(
            declared.annotation, (*rules, *declared.metadata), declared.description or description
        )
    elif get_origin(declared) is Annotated:
        base, *marks = get_args(declared)
        fields = [mark for mark in marks if isinstance(mark, FieldInfo)]
        inner = [rule for mark in fields for rule in mark.metadata] + [m for m in marks if m not in fields]
        described = next((mark.description for mark in fields if mark.description), description)
        yield from alternatives(base, (*rules, *inner), described)
    elif get_origin(declared) in (Union, types.UnionType):
        for choice in get_args(declared):
            if choice is not type(None):
                yield from alternatives(choice, rules, description)
    else:
        yield Part(declared, rules, description)


# For the reference pages ----------------------------------------------------------------------------------


def field_words(declared: FieldInfo) -> str:
    """Return what a key of a model may be, in words."""
    return in_words(alternatives(declared))


def inner_models(declared: Any) -> list[type[BaseModel]]:
    """Return the models that a declaration holds, also in lists and maps, in order."""
    found: list[type[BaseModel]] = []
    for part in alternatives(declared):
        if isinstance(part.type, type) and issubclass(part.type, BaseModel):
            found.append(part.type)
        elif get_origin(part.type) in (list, tuple, dict):
            found += [model for inner in get_args(part.type) for model in inner_models(inner)]
    return found
