"""What keys of the data and of scenarios are called in sentences: measures, indices, funds, staff, rules."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

# A pool of staff as plans name it: role, field and experience.
POOL = re.compile(r"\b(\w+)/(\w+)/(\w+)\b")
CAPITALS = ("esser", "idea", "i", "ii", "iii", "iv")


def sentence(text: str) -> str:
    """Return words as a sentence begins: with a capital."""
    return text[:1].upper() + text[1:]


def plain_words(key: str) -> str:
    """Return a key in words: ``hold_harmless`` as hold harmless, ``title_i_part`` as title I part."""
    return " ".join(part.upper() if part in CAPITALS else part for part in key.split("_"))


def measure_words(label: str) -> str:
    """Return a measure's label in words: ``support english_support`` as Support: english support."""
    kind, _, of = label.partition(" ")
    joint = ": " if of and not of.startswith("at ") else " "
    return sentence(plain_words(f"{kind}{joint}{of}".strip()))


def index_words(label: str) -> str:
    """Return an index's label in words: ``gap low_income`` as gap for low-income students."""
    kind, _, rest = label.partition(" ")
    rest = rest.replace("_", "-")
    if kind == "gap" and rest:
        group, _, more = rest.partition(" ")
        return f"gap for {group} students{' ' + more if more else ''}"
    return f"{kind} {rest}".strip()


def pool_words(role: str, field: str, experience: str) -> str:
    """Return staff in words: ``experienced social studies teachers``."""
    return plain_words(f"{experience} {field} {role}s")


def tier_words(tier: str) -> str:
    """Return where a class-size limit holds, to stand after its course; nothing where it holds everywhere."""
    return {"all": "", "other": " elsewhere", "high_need": " at high-need schools"}.get(tier, f" ({tier})")


def rule_words(text: str) -> str:
    """Return a rule without keys: a pool ``teacher/special_ed/novice`` as novice special ed teacher."""
    return plain_words(POOL.sub(r"\3 \2 \1", text))


def named_in(text: str, names: Mapping[str, str]) -> str:
    """Return text with the ids of schools in it replaced by their names."""
    return re.sub(r"\w+", lambda found: names.get(found[0], found[0]), text)


def fund_words(fund: str) -> str:
    """Return what a fund is called: ``title_i`` as Title I, ``esser_iii`` as ESSER III."""
    return sentence(plain_words(fund))


def amount_words(amount: float, unit: str) -> str:
    """Return a figure with its unit: ``$12,032 per student``, ``2.15 FTE``, ``1 section``, ``12.5%``."""
    if unit.startswith("dollars"):
        return f"${amount:,.0f}{unit.removeprefix('dollars')}"
    if unit == "share":
        return f"{100 * amount:.4g}%"
    shown = f"{amount:,.5g}"
    return f"{shown} {unit.removesuffix('s') if shown == '1' else unit}"


def years_words(years: Sequence[str], of: Sequence[str]) -> str:
    """Return some of a plan's years: ``2026-27 to 2028-29`` where all between are among them."""
    first, last = of.index(years[0]), of.index(years[-1])
    if len(years) > 1 and tuple(years) == tuple(of[first : last + 1]):
        return f"{years[0]} to {years[-1]}"
    return ", ".join(years)
