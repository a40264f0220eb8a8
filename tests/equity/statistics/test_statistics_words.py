"""The words: one set for every statistic, saying what its value means."""

from __future__ import annotations

import ast
import math
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from planner.equity import statistics as s

FOLDER = Path(s.__file__).parent
NOT_ONE_NUMBER = {
    "LorenzCurve", "lorenz_curve", "per_student", "expected_dollars",
    "Interval", "interval", "permutation_p_value", "Description", "DESCRIPTIONS",
}  # fmt: skip


def test_every_statistic_has_words() -> None:
    assert set(s.DESCRIPTIONS) == set(s.__all__) - NOT_ONE_NUMBER


@pytest.mark.parametrize("words", s.DESCRIPTIONS.values(), ids=lambda words: words.name)
def test_sentences_are_whole(words: s.Description) -> None:
    for value in (words.neutral, words.neutral + 0.25, words.neutral - 0.25):
        sentence = words.sentence(value, "dollars")
        assert sentence[0] not in "{ "
        assert sentence.endswith(".")
        assert "{" not in sentence
    assert words.sentence(words.neutral) != words.sentence(words.neutral + 0.25)


@pytest.mark.parametrize("words", s.DESCRIPTIONS.values(), ids=lambda words: words.name)
def test_nothing_is_called_fair(words: s.Description) -> None:
    texts = (words.title, words.measures, words.bounds, words.above, words.at, words.below)
    assert "fair" not in " ".join(texts).lower()
    assert all((words.title, words.measures, words.direction, words.bounds))


def test_undefined_is_said_and_is_no_number() -> None:
    sentence = s.DESCRIPTIONS["gini"].sentence(math.nan)
    assert sentence.startswith("Gini coefficient is undefined here")
    assert not any(sign.isdigit() for sign in sentence)


SAID = [
    ("gini", 0.12, "", "Two students drawn by lot differ by 24.0% of the mean on average."),
    ("gini", 0.0, "", "Every student has the same amount."),
    (
        "hoover",
        0.031,
        "",
        "3.1% of the whole would have to move between schools to give every student the same.",
    ),
    ("mcloone", 0.93, "", "The lower half of students have 7.0% less than the median on average."),
    ("verstegen", 1.05, "", "The upper half of students have 5.0% more than the median on average."),
    (
        "atkinson",
        0.04,
        "",
        "Shared equally, 96.0% of the whole would be worth as much to students as all of it is now.",
    ),
    (
        "progressivity_ratio",
        1.08,
        "",
        "Poor students are at schools that have 8.0% more per student than those of other students.",
    ),
    (
        "quartile_gap",
        -1250.0,
        "dollars",
        "The highest-poverty quarter of schools has 1,250 dollars less than the lowest-poverty quarter.",
    ),
    (
        "value_range",
        0.0312,
        "teachers",
        "The most supplied school has 0.0312 teachers per student more than the least supplied.",
    ),
    ("efig_equity_factor", 0.087, "", "The State's grant is multiplied by 1.30 less 0.087."),
]


@pytest.mark.parametrize(("name", "value", "unit", "sentence"), SAID)
def test_sentences(name: str, value: float, unit: str, sentence: str) -> None:
    assert s.DESCRIPTIONS[name].sentence(value, unit) == sentence


def test_sentence_of_a_school_s_need_index() -> None:
    index = s.need_index([594_000, 600_000], [[100, 80], [100, 20]], [1_000_000, 200_000])[0]
    said = s.DESCRIPTIONS["need_index"].sentence(index)
    assert said == "The school has 10.0% fewer dollars than the district spends on students like its own."


def test_sentence_of_the_gini_is_true() -> None:
    # two students drawn by lot from 10 and 30: half of the time 20 apart, so 10 of a mean of 20
    assert "differ by 50.0% of the mean" in s.DESCRIPTIONS["gini"].sentence(s.gini([10, 30]))


def test_words_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        s.DESCRIPTIONS["gini"].title = "other"  # type: ignore[misc]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_modules_are_short_documented_and_without_loops_over_rows(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= 250
    assert ast.get_docstring(tree)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]
    public = [
        n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")
    ]
    assert all(ast.get_docstring(node) for node in public)
