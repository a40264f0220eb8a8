"""YAML text in one canonical form: the same data gives the same bytes, and reads back as the same data.

Only YAML 1.1 that every reader agrees on is written: text that could be taken for anything else is quoted,
numbers have a point before an exponent.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# Keys that open a mapping, in this order, before the others by alphabet.
FIRST_KEYS = ("name", "description", "kind", "measure", "index", "weight")
_RANK = {key: rank for rank, key in enumerate(FIRST_KEYS)}
# A word that no YAML reader takes for a number, a date or a truth value.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ _/.-][A-Za-z0-9]+)*\Z")
_NOT_PLAIN = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"})
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
PAD = "  "


def scalar(value: Any) -> str:
    """Return one value as YAML, text always in double quotes."""
    if isinstance(value, str):
        return _quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return _number(float(value))


def _quoted(text: str) -> str:
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    digits = repr(value)
    mantissa, exponent, power = digits.partition("e")
    # YAML 1.1 reads 1e-05 as text: its numbers need the point.
    return f"{mantissa}.0e{power}" if exponent and "." not in mantissa else digits


def word(value: Any) -> str:
    """Return one value as YAML, text without quotes where nobody can misread it."""
    if isinstance(value, str) and _PLAIN.match(value) and value.lower() not in _NOT_PLAIN:
        return value
    return scalar(value)


def row(values: Iterable[Any]) -> str:
    """Return a row of scalars in one line: ``["060000100001", 2.5, null]``."""
    return f"[{', '.join(map(scalar, values))}]"


def block(data: Mapping[str, Any], depth: int = 0) -> list[str]:
    """Return a mapping as lines of YAML; lists of scalars stand in one line."""
    lines: list[str] = []
    for key in sorted(data, key=lambda name: (_RANK.get(name, len(_RANK)), str(name))):
        value = data[key]
        head = f"{PAD * depth}{word(str(key))}:"
        if isinstance(value, Mapping) and value:
            lines += [head, *block(value, depth + 1)]
        elif _is_list(value) and any(isinstance(item, Mapping) and item for item in value):
            lines += [head, *(line for item in value for line in _item(item, depth + 1))]
        else:
            lines.append(f"{head} {_flow(value)}")
    return lines


def _item(item: Any, depth: int) -> list[str]:
    pad = PAD * depth
    if isinstance(item, Mapping) and item:
        lines = block(item, depth + 1)
        return [f"{pad}- {lines[0].lstrip()}", *lines[1:]]
    return [f"{pad}- {_flow(item)}"]


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs = (f"{_quoted(str(key))}: {_flow(value[key])}" for key in sorted(value, key=str))
        return f"{{{', '.join(pairs)}}}"
    if _is_list(value):
        return f"[{', '.join(map(_flow, value))}]"
    return word(value)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
