"""A policy as a card: its rule in words, its source, its levers."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from planner.policies.base import Policy
from ui.components import WIDE, card, html, stack
from ui.forms import Form, button
from ui.levers import Field, key_of, levers

# A form of more controls scrolls in its card, so that the page stays a page.
MOST_CONTROLS = 16


class PolicyCard:
    """The card of one policy of a draft.

    Parameters
    ----------
    on_change
        Called with the key of a control and its new value.
    """

    def __init__(self, policy: Policy, on_change: Callable[[str, Any], None]) -> None:
        fields = policy_fields(policy)
        self._rule = html(rule_markup(policy))
        self._form = Form(on_change, fields=fields, label=policy.title, **WIDE)
        self.view = card(self._rule, _folded(self._form, len(fields)))

    def field(self, key: str) -> Field:
        """Return a control's description; empty where there is none of that key."""
        return next((field for field in self._form.fields if field["key"] == key), {})

    def follow(self, policy: Policy, whole: bool = False) -> None:
        """Bring the card to the policy; `whole` also where nothing changed, to undo what a hand did."""
        fields = policy_fields(policy)
        if whole or fields != self._form.fields:
            self._form.fields = [dict(field) for field in fields]
            self._rule.object = rule_markup(policy)


def policy_fields(policy: Policy) -> list[Field]:
    """Return the levers of a policy and a button that takes it out."""
    target = key_of(("policies", policy.name))
    return [
        *levers(policy),
        button("remove", f"Take {policy.title.lower()} out", target=target, start=None),
    ]


def rule_markup(policy: Policy) -> str:
    """Return a policy's title, its rule in words and its source."""
    return (
        f"<h2>{escape(policy.title)}</h2><p class='rule'>{escape(policy.statement())}</p>"
        f"<p class='source'>Source: {escape(policy.citation)}</p>"
    )


def _folded(form: Form, count: int) -> Any:
    if count <= MOST_CONTROLS:
        return form
    scrolling: dict[str, Any] = {"max-height": "460px", "overflow-y": "auto", "display": "block"}
    return stack(form, **scrolling)
