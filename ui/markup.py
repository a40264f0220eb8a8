"""HTML for the app and for the static report: pure functions of plans, all text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from planner.plan import Plan
from ui import numbers, theme, wording


def heading(level: int, title: str, sub: str = "") -> str:
    """Return a heading with what stands under it."""
    under = f'<p class="sub">{escape(sub)}</p>' if sub else ""
    return f"<h{level}>{escape(title)}</h{level}>{under}"


def opening(eyebrow: str, title: str, lede: str) -> str:
    """Return the opening of a page: where, the finding, how to read it."""
    return (
        f'<p class="eyebrow">{escape(eyebrow)}</p><h1>{escape(title)}</h1><p class="lede">{escape(lede)}</p>'
    )


def figures(items: Iterable[tuple[str, str, str]]) -> str:
    """Return labelled figures: label, figure, and a remark under it."""
    cells = (
        f"<div><dt>{escape(label)}</dt><dd>{escape(figure)}<small>{escape(remark)}</small></dd></div>"
        for label, figure, remark in items
    )
    return f'<dl class="kpis">{"".join(cells)}</dl>'


def letter(look: theme.Look, small: bool = False) -> str:
    """Return a plan's letter on its colour."""
    size = " small" if small else ""
    return f'<span class="letter{size}" style="--text:{look.text}" aria-hidden="true">{look.letter}</span>'


def plan_card(plan: Plan, look: theme.Look, note: str, status: str) -> str:
    """Return a plan in a few figures."""
    style = f"--line:{look.line};--text:{look.text};--tint:{look.tint}"
    return (
        f'<section class="card plan" style="{style}" aria-label="Plan {look.letter}: {escape(plan.name)}">'
        f"<header>{letter(look)}<div><h2>{escape(plan.name)}</h2><p>{escape(note)}</p></div></header>"
        f"{hero(plan)}{figures(plan_figures(plan))}"
        f'<p class="status">{escape(status)}</p></section>'
    )


def hero(plan: wording.Outline) -> str:
    """Return the inequity index before and after, with a bar of what is gone."""
    share = wording.reduction(plan)
    said = f"{numbers.percent(share)} lower" if share >= 0 else f"{numbers.percent(-share)} higher"
    width = max(0.0, min(1.0, share))
    return (
        '<div class="hero"><p class="label">Inequity index (today 100, lower is better)</p><div class="row">'
        f'<p class="value num">{numbers.points(plan.summary.inequity_before)} → '
        f"<strong>{numbers.points(plan.summary.inequity_after)}</strong></p>"
        f'<p class="said">{said}</p></div><div class="bar"><i style="width:{width:.0%}"></i></div></div>'
    )


def plan_figures(plan: wording.Outline) -> list[tuple[str, str, str]]:
    """Return a plan's figures for its card."""
    figures_ = plan.summary
    years = len(plan.years)
    share = figures_.moves_fte / years / figures_.staff_fte if figures_.staff_fte else 0.0
    stipends = figures_.stipend_dollars / years
    points_ = figures_.inequity_before - figures_.inequity_after
    each = (
        f"; {numbers.dollars(wording.yearly_cost(plan) / points_)} per index point" if points_ > 0.05 else ""
    )
    span = "" if years == 1 else f", {years} years"
    return [
        ("Cost a year", numbers.dollars(wording.yearly_cost(plan)), f"above today's lines{each}"),
        (
            "Teachers moved",
            f"{numbers.fte(figures_.moves_fte)} FTE",
            f"{100 * share:.1f}% of staff a year{span}",
        ),
        ("Positions filled", f"{numbers.fte(figures_.hires_fte)} FTE", "vacancies and new positions"),
        ("Stipends a year", *stipend_words(stipends)),
    ]


def stipend_words(dollars: float) -> tuple[str, str]:
    """Return what stipends come to and what that holds; a plan without any has nothing to say of it."""
    return (numbers.dollars(dollars), "with the employer's share") if dollars > 0.5 else ("None", "")


def plan_cards(plans: Sequence[Plan], notes: Sequence[str], statuses: Sequence[str]) -> str:
    """Return the plans' cards side by side."""
    cards = (
        plan_card(plan, look, note, status)
        for plan, look, note, status in zip(plans, theme.LOOKS, notes, statuses, strict=False)
    )
    return f'<div class="plans">{"".join(cards)}</div>'


def message(text: str, details: Iterable[str] = (), good: bool = False) -> str:
    """Return a message, with its details as a list."""
    items = "".join(f"<li>{escape(detail)}</li>" for detail in details)
    inner = f"<ul>{items}</ul>" if items else ""
    return f'<div class="message{" ok" if good else ""}"><p>{escape(text)}</p>{inner}</div>'


def plan_heading(plan: Plan, look: theme.Look, remark: str = "") -> str:
    """Return the small heading over one plan's panel."""
    under = f'<p class="sub">{escape(remark)}</p>' if remark else ""
    return f'<h4 style="color:{look.text}">{letter(look, small=True)}{escape(plan.name)}</h4>{under}'
