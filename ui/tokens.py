"""A scenario as a short text for a link: a shipped one by its name, an edited one as its edits.

``stipends`` is the shipped scenario of that name; ``stipends~eJyr...`` is the same with edits, packed. So a
link reopens the same comparison, and no server needs to remember it.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from typing import Any

from planner.merging import difference, merge
from planner.problems import Problem, raise_all

SEPARATOR = "~"
MOST_CHARACTERS = 6_000
MOST_BYTES = 200_000


def token_of(key: str, base: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """Return the token of a scenario that began as `base` and now is `data`."""
    edits = difference(base, data)
    if not edits:
        return key
    packed = zlib.compress(json.dumps(edits, sort_keys=True, separators=(",", ":")).encode(), 9)
    return key + SEPARATOR + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def key_of(token: str) -> str:
    """Return the name of the scenario that a token began as."""
    return token.partition(SEPARATOR)[0]


def is_edited(token: str) -> bool:
    """Tell whether a token carries edits."""
    return SEPARATOR in token


def data_of(token: str, base: Mapping[str, Any]) -> dict[str, Any]:
    """Return the scenario that a token stands for.

    Raises
    ------
    InputProblems
        If the edits cannot be read, or do not fit the scenario they began as.
    """
    _, edited, packed = token.partition(SEPARATOR)
    return merge(base, _unpacked(packed)) if edited else dict(base)


def _unpacked(packed: str) -> dict[str, Any]:
    wrong = Problem("the link", "edits that cannot be read", "a link copied whole from this app")
    if len(packed) > MOST_CHARACTERS:
        raise_all([wrong])
    try:
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        # Bounded, so that a short link cannot unpack into a huge text.
        edits = json.loads(zlib.decompressobj().decompress(raw, MOST_BYTES))
    except (ValueError, zlib.error, binascii.Error):
        raise_all([wrong])
    if not isinstance(edits, dict):
        raise_all([wrong])
    return dict(edits)
