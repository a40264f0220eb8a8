"""Figures and sentences: units, signs, and nothing that calls a plan fair."""

import math
from pathlib import Path
from typing import Any

import pytest

import ui
from planner.plan import Plan
from ui import markup, numbers, theme, wording
from ui.engine import open_engine


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (9_040_000, "$9.0M"),
        (420_300, "$420k"),
        (7_350, "$7,350"),
        (999_700, "$1.0M"),
        (-7_350, "−$7,350"),
        (-0.2, "$0"),
        (None, "–"),
        (math.nan, "–"),
        (99_600, "$100k"),
        (99_499, "$99,499"),
    ],
)
def test_dollars(value: float | None, text: str) -> None:
    assert numbers.dollars(value) == text


def test_signs_and_shares() -> None:
    assert numbers.plain(-0.04) == "0.0"
    assert numbers.plain(36.65) == numbers.plain(36.650002) == numbers.plain(36.649999) == "36.7"
    assert numbers.plain(-36.65) == "−36.7"
    assert numbers.plain(-1.25, 2) == "−1.25"
    assert numbers.signed(numbers.plain(1.5)) == "+1.5"
    assert numbers.signed(numbers.plain(0)) == "0.0"
    assert numbers.percent(0.584) == "58%"
    assert numbers.words(["a", "b", "c"]) == "a, b and c"


def test_sentences_of_shares_and_labels() -> None:
    assert wording.apart(-0.17) == "17% less" and wording.apart(0.041) == "4% more"
    assert wording.apart_from(-0.17, "the rest") == "17% less than the rest"
    level = wording.apart_from(0.004, "the rest"), wording.apart_from(-0.004, "the rest")
    assert level == ("as much as the rest",) * 2
    rule = "teacher/special_ed/novice hired, of 0.5 FTE vacant"
    assert wording.rule_words(rule) == "novice special ed teacher hired, of 0.5 FTE vacant"
    assert wording.rule_words("esser on tutoring, extended_time") == "esser on tutoring, extended time"
    assert wording.measure_words("support english_support") == "Support: english support"
    assert wording.measure_words("experienced_teachers") == "Experienced teachers"
    assert wording.measure_words("dollars at average pay") == "Dollars at average pay"
    assert markup.stipend_words(0.0) == ("None", ""), "no stipends, so none with fringe"
    assert markup.stipend_words(395_000.0)[0] == "$395k"


KEYS = ("stipends", "redistribute", "today")


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    engine = open_engine()
    return [solved.plan for key in KEYS if (solved := engine.solved(engine.library[key])).plan is not None]


def test_the_headline_is_computed_from_the_plans(plans: list[Plan]) -> None:
    best = min(plans, key=lambda plan: plan.summary.inequity_after)
    text = wording.headline(plans)
    assert best.name in text
    assert numbers.points(best.summary.inequity_after) in text
    assert wording.headline(plans[::-1]) == text
    assert "None of these plans" in wording.headline([plans[2]])


def test_no_words_call_a_plan_fair() -> None:
    for file in Path(str(ui.__file__)).parent.rglob("*.py"):
        lowered = file.read_text().lower()
        assert "fully fair" not in lowered and "fair share" not in lowered and "is fair" not in lowered, (
            file.name
        )


def _lab(rgb: Any) -> tuple[float, float, float]:
    x, y, z = (sum(a * b for a, b in zip(row, rgb, strict=True)) for row in XYZ)
    f = [v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x / 0.95047, y, z / 1.08883)]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
# Machado, Oliveira and Fernandes 2009, severity 1: normal, protan, deutan, tritan sight.
SIGHTS = (
    ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
)


def _linear(color: str) -> list[float]:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def _contrast(color: str, ground: str = "#FFFFFF") -> float:
    one, two = sorted(sum(a * b for a, b in zip(XYZ[1], _linear(c), strict=True)) for c in (color, ground))
    return (two + 0.05) / (one + 0.05)


def test_plans_are_told_apart_by_every_sight() -> None:
    colors = [theme.TODAY, *(look.line for look in theme.LOOKS)]
    for sight in SIGHTS:
        seen = [
            _lab([min(1, max(0, sum(a * b for a, b in zip(row, _linear(c), strict=True)))) for row in sight])
            for c in colors
        ]
        assert min(math.dist(a, b) for i, a in enumerate(seen) for b in seen[:i]) > 15


def test_text_is_legible() -> None:
    for look in theme.LOOKS:
        assert _contrast(look.text) >= 4.5
        assert _contrast(look.text, look.tint) >= 4.5
        assert _contrast(look.line) >= 3
    assert _contrast(theme.MUTED, theme.PAGE) >= 4.5
