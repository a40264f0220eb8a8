"""YAML read safely, with the line of every key, and checked against a pydantic model.

Refused: anything but plain data, files over the size limit, a key given twice, keys that are not text, and
aliases (they hide where a value comes from, and nested ones can fill the memory).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml
from pydantic import BaseModel, ValidationError

from planner.problems import InputProblems, Problem, raise_all
from planner.wording import Defect, worded

MAX_YAML_BYTES = 64 * 1024 * 1024
MAX_NESTING = 60
MAX_DIGITS = 40
PLAIN = "tag:yaml.org,2002:"
PLAIN_TAGS = {PLAIN + kind for kind in ("map", "seq", "str", "int", "float", "bool", "null")}
NUMBER_TAGS = {PLAIN + "int", PLAIN + "float"}
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

    def place(self, path: KeyPath) -> str:
        """Return ``file line n`` for the nearest key that stands in the file, else the file alone."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.name} line {self.lines[path]}" if path in self.lines else self.name

    def where(self, path: KeyPath) -> str:
        """Return ``file line n, key.path`` for the nearest key that stands in the file."""
        return self.place(path) + (f", {dotted(path)}" if path else "")


def dotted(path: KeyPath) -> str:
    """Return a key path as users write it: ``policies.class_size.courses``."""
    return ".".join(f'"{part}"' if "." in str(part) else str(part) for part in path)


def undotted(path: str) -> KeyPath:
    """Return the keys of a path as users write it (names with dots in quotes); none if it is no path."""
    parts = re.findall(r'"[^"]*"|[^."]+', path)
    return tuple(part.strip('"') for part in parts) if ".".join(parts) == path else ()


def read_yaml(path: Path, name: str | None = None, limit: int = MAX_YAML_BYTES) -> YamlFile:
    """Read a YAML file that holds one mapping.

    Parameters
    ----------
    path
        The file.
    name
        Its name in problems; the file's own where None.
    limit
        Most bytes it may have.

    Raises
    ------
    InputProblems
        If it cannot be read, is too large, is not plain data, or gives a key twice.
    """
    name = name or path.name
    try:
        size = path.stat().st_size
        if size > limit:
            _refuse(name, f"{size:,} bytes", f"at most {limit:,} bytes")
        if path.is_dir():
            _refuse(name, "a folder", "a YAML file")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        _refuse(name, "no such file", "a YAML file")
    except UnicodeDecodeError:
        _refuse(name, "text that is not UTF-8", "a UTF-8 YAML file")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be used"
        _refuse(name, f"a file that cannot be read ({reason})", "a YAML file")
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> YamlFile:
    """Read a YAML mapping from text; `name` is shown in problems. Raises as `read_yaml` does."""
    try:
        loader = PlainLoader(text)
    except UnicodeEncodeError:
        _refuse(name, "a character that is not Unicode text", "a UTF-8 YAML file")
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            _refuse(name, "a list or a single value" if node else "an empty file", "keys and values")
        lines, problems = _walk(node, name)
        raise_all(problems)
        return YamlFile(name, loader.construct_document(node), lines)
    except yaml.MarkedYAMLError as error:
        raise InputProblems([_unreadable(error, name)]) from None
    except yaml.reader.ReaderError as error:
        raise InputProblems([_control_character(error, text, name)]) from None
    except (yaml.YAMLError, ValueError):
        _refuse(name, "text that is not YAML", "keys and values")
    finally:
        loader.dispose()


def _refuse(where: str, found: str, expected: str) -> NoReturn:
    raise InputProblems([Problem(where, found, expected)])


class PlainLoader(yaml.CSafeLoader):
    """Reads text, numbers, true/false and nothing else; dates and clock times stay text.

    The depth is counted as nodes are made, since the C library would run out of stack.
    """

    depth = 0

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        """Count one level in."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise yaml.MarkedYAMLError(problem="nesting", problem_mark=current_node.start_mark)
        super().descend_resolver(current_node, current_index)

    def ascend_resolver(self) -> None:
        """Count one level out."""
        self.depth -= 1
        super().ascend_resolver()


# Fewer than YAML 1.1 knows, so that whatever a YAML writer quotes stays text here: no octal numbers, clock
# times or dates, and no merge keys.
_PATTERNS = {
    "null": r"~|null|Null|NULL|",
    "bool": r"yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF",
    "int": r"[-+]?(0|[1-9][0-9_]*)",
    "float": r"[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)([eE][-+][0-9]+)?"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
}
_RESOLVERS = [(PLAIN + kind, re.compile(f"(?:{pattern})$")) for kind, pattern in _PATTERNS.items()]
PlainLoader.yaml_implicit_resolvers = dict.fromkeys(["", *"~nNyYtTfFoO+-.0123456789"], _RESOLVERS)

# What the YAML library says, and what a user can do about it.
_REMEDIES = (
    ("nesting", f"more than {MAX_NESTING} levels of nesting", "fewer levels"),
    ("undefined alias", "an alias (*name)", "the value written out"),
    ("another document", "a second document (---)", "one document"),
    ("duplicate anchor", "an anchor (&name) given twice", "values without anchors"),
    (
        "cannot start any token",
        "a character that cannot stand here",
        "spaces for indentation, and quotes around text with @, ` or %",
    ),
    (
        "mapping values are not allowed",
        "a colon that cannot stand here",
        "'key: value' on a line of its own, or the text in quotes",
    ),
    ("unexpected end of stream", "quotes that are never closed", "a closing quote"),
    ("could not find expected ':'", "a line without a colon", "'key: value'"),
)


def _unreadable(error: yaml.MarkedYAMLError, name: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    where = f"{name} line {mark.line + 1}" if mark else name
    said = str(error.problem)
    for words, found, expected in _REMEDIES:
        if words in said:
            return Problem(where, found, expected)
    return Problem(
        where,
        "a line that is not YAML",
        "'key: value', indented with spaces",
        "look at the line above it too",
    )


def _control_character(error: yaml.reader.ReaderError, text: str, name: str) -> Problem:
    character = chr(max(0, int(error.character)))
    line = text.count("\n", 0, max(0, text.find(character))) + 1
    found = f"the character U+{ord(character):04X}"
    return Problem(f"{name} line {line}", found, "text without control characters")


def _walk(root: yaml.Node, name: str) -> tuple[dict[KeyPath, int], list[Problem]]:
    """Return the line of every key and list entry, and what is not plain data."""
    lines: dict[KeyPath, int] = {}
    problems: list[Problem] = []
    seen: set[int] = set()
    stack: list[tuple[KeyPath, yaml.Node]] = [((), root)]
    while stack:
        path, node = stack.pop()
        refused = _refused(node, seen)
        if refused:
            problems.append(Problem(f"{name} line {node.start_mark.line + 1}", *refused))
            continue
        seen.add(id(node))
        for key, line, child in _children(node, name, problems):
            if (*path, key) in lines:
                again = f"'{key}' a second time (first on line {lines[(*path, key)]})"
                problems.append(Problem(f"{name} line {line}", again, "each key once"))
            lines[(*path, key)] = line
            stack.append(((*path, key), child))
    return lines, problems


def _refused(node: yaml.Node, seen: set[int]) -> tuple[str, str] | None:
    if id(node) in seen:
        return "an alias (*name)", "the value written out"
    if node.tag not in PLAIN_TAGS:
        return f"the tag {node.tag.replace(PLAIN, '!!')}", "plain values without tags"
    pattern = _PATTERNS.get(node.tag.removeprefix(PLAIN))
    if pattern and not re.fullmatch(pattern, str(node.value)):
        return f"the tag {node.tag.replace(PLAIN, '!!')}", "plain values without tags"
    if node.tag in NUMBER_TAGS and len(node.value) > MAX_DIGITS:
        return f"a number of {len(node.value):,} digits", f"at most {MAX_DIGITS} digits, or text in quotes"
    return None


def _children(
    node: yaml.Node, name: str, problems: list[Problem]
) -> Iterator[tuple[str | int, int, yaml.Node]]:
    if isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            yield position, value.start_mark.line + 1, value
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.tag == PLAIN + "str":
                yield str(key.value), line, value
            elif isinstance(key, yaml.ScalarNode):
                shown = key.value or "nothing"
                problems.append(
                    Problem(f"{name} line {line}", f"the key {shown}", "text", f'put it in quotes: "{shown}"')
                )
            else:
                problems.append(Problem(f"{name} line {line}", "a key that is a list or a mapping", "text"))


def validate[M: BaseModel](
    model: type[M], file: YamlFile, at: KeyPath = (), data: Any = None, strict: bool = False
) -> M:
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
    strict
        Whether text that looks like a number, and true or false, are refused as numbers.

    Raises
    ------
    InputProblems
        Every defect, with file, line, key and the nearest right name.
    """
    checked, defects = judged(model, file.data if data is None else data, strict)
    if checked is None:
        raise InputProblems(Problem(file.where((*at, *d.path)), *d[1:]) for d in defects)
    return checked


def judged[M: BaseModel](model: type[M], data: Any, strict: bool = False) -> tuple[M | None, list[Defect]]:
    """Return the model of some data, None where there is any defect, and every defect."""
    defects = list(_not_finite(data))
    checked = None
    try:
        checked = model.model_validate(data, strict=strict)
    except ValidationError as error:
        found = {defect.path for defect in defects}
        defects += [defect for defect in worded(error.errors(), model, data) if defect.path not in found]
    return None if defects else checked, defects


def _not_finite(data: Any) -> Iterator[Defect]:
    stack: list[tuple[KeyPath, Any]] = [((), data)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict):
            stack += [((*path, str(key)), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            stack += [((*path, position), inner) for position, inner in enumerate(value)]
        elif isinstance(value, float) and not math.isfinite(value):
            yield Defect(path, f"{value}", "a finite number")
