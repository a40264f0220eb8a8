"""YAML read safely, with the line of every key, and checked against a pydantic model.

Refused: anything but plain data, files over the size limit, a key given twice, and aliases (they hide
where a value comes from, and nested ones can fill the memory).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from planner.problems import InputProblems, Problem, nearest, raise_all

MAX_YAML_BYTES = 64 * 1024 * 1024
KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class YamlFile:
    """A YAML mapping and where each of its values stands.

    Parameters
    ----------
    name
        The file's name, as shown in problems.
    data
        The mapping.
    lines
        Line number of each key path, counted from 1.
    """

    name: str
    data: dict[str, Any]
    lines: Mapping[KeyPath, int]

    def where(self, path: KeyPath) -> str:
        """Return ``file line n, key.path`` for the nearest key that stands in the file."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        line = f" line {self.lines[known]}" if known in self.lines else ""
        return f"{self.name}{line}" + (f", {dotted(path)}" if path else "")


def dotted(path: KeyPath) -> str:
    """Return a key path as users write it: ``policies.class_size.courses``."""
    return ".".join(str(part) for part in path)


def read_yaml(path: Path, name: str | None = None) -> YamlFile:
    """Read a YAML file that holds one mapping.

    Raises
    ------
    InputProblems
        If it cannot be read, is too large, is not plain data, or gives a key twice.
    """
    name = name or path.name
    try:
        size = path.stat().st_size
        if size > MAX_YAML_BYTES:
            raise_all([Problem(name, f"{size:,} bytes", f"at most {MAX_YAML_BYTES:,} bytes")])
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise_all([Problem(str(path), "no such file", "a YAML file")])
    except UnicodeDecodeError:
        raise_all([Problem(name, "text that is not UTF-8", "a UTF-8 YAML file")])
    except OSError as error:
        raise_all([Problem(name, f"a file that cannot be read ({error.strerror})", "a YAML file")])
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> YamlFile:
    """Read a YAML mapping from text; `name` is shown in problems. Raises as `read_yaml` does."""
    loader = yaml.CSafeLoader(text)
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise_all([Problem(name, "no mapping" if node else "an empty file", "keys and values")])
        lines, problems = _walk(node, name)
        raise_all(problems)
        return YamlFile(name, loader.construct_document(node), lines)
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        found = " ".join(str(part) for part in (error.context, error.problem) if part)
        raise InputProblems([Problem(f"{name}{line}", found, "plain YAML data")]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputProblems([Problem(name, str(error) or "YAML nested too deeply", "plain YAML data")]) from None
    finally:
        loader.dispose()


def _walk(root: yaml.Node, name: str) -> tuple[dict[KeyPath, int], list[Problem]]:
    lines: dict[KeyPath, int] = {}
    problems: list[Problem] = []
    seen: set[int] = set()
    stack: list[tuple[KeyPath, yaml.Node]] = [((), root)]
    while stack:
        path, node = stack.pop()
        if isinstance(node, yaml.ScalarNode):
            continue
        if id(node) in seen:
            where = f"{name} line {node.start_mark.line + 1}"
            problems.append(Problem(where, "an alias (*name)", "the value written out"))
            continue
        seen.add(id(node))
        for key, line, child in _children(node):
            if (*path, key) in lines:
                again = f"'{key}' a second time (first on line {lines[(*path, key)]})"
                problems.append(Problem(f"{name} line {line}", again, "each key once"))
            lines[(*path, key)] = line
            stack.append(((*path, key), child))
    return lines, problems


def _children(node: yaml.Node) -> Iterator[tuple[str | int, int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            yield position, value.start_mark.line + 1, value


def validate[M: BaseModel](model: type[M], file: YamlFile, at: KeyPath = (), data: Any = None) -> M:
    """Check data from a YAML file against a pydantic model.

    Parameters
    ----------
    model
        The pydantic model.
    file
        Where the data comes from, for the places in problems.
    at
        Key path of the data inside the file.
    data
        The data; the whole file's where None.

    Raises
    ------
    InputProblems
        Every defect, with file, line, key and the nearest right name.
    """
    try:
        return model.model_validate(file.data if data is None else data)
    except ValidationError as error:
        raise InputProblems(_problem(details, model, file, at) for details in error.errors()) from None


def _problem(details: ErrorDetails, model: type[BaseModel], file: YamlFile, at: KeyPath) -> Problem:
    path = tuple(part for part in details["loc"] if not _is_union_tag(part))
    where = file.where((*at, *path))
    if details["type"] == "extra_forbidden":
        known = _fields_at(model, path[:-1])
        key = str(path[-1])
        return Problem(where, f"key '{key}'", f"one of {', '.join(sorted(known))}", nearest(key, known))
    if details["type"] == "missing":
        return Problem(where, "nothing", f"the key '{path[-1]}'")
    found = details["input"]
    shown = f"'{found}'" if isinstance(found, str) else f"{found}"
    message = details["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    expected = details.get("ctx", {}).get("expected")
    hint = nearest(found, [word.strip("'") for word in str(expected).replace(" or ", ", ").split(", ")]) if (
        expected and isinstance(found, str)
    ) else ""
    return Problem(where, shown[:120], message, hint)


def _is_union_tag(part: str | int) -> bool:
    return isinstance(part, str) and (part.endswith("]") or part[:1].isupper() and "(" in part or "function-" in part)


def _fields_at(model: type[BaseModel], path: KeyPath) -> list[str]:
    """Names that the model allows at a path, following nested models through maps and lists."""
    current: Any = model
    for part in path:
        fields = getattr(current, "model_fields", None)
        if fields and part in fields:
            current = _nested_model(fields[part].annotation)
    return sorted(getattr(current, "model_fields", {}))


def _nested_model(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _nested_model(inner)
        if found is not None:
            return found
    return None
