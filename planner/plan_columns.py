"""The columns of a plan's tables: which name a row, and the unit of each number."""

from __future__ import annotations

# Columns that together name one row. Moves and staff changes may repeat: they add up.
KEYS: dict[str, tuple[str, ...]] = {
    "moves": ("year", "from_school", "to_school", "role", "field", "experience", "stipend"),
    "staff_changes": ("year", "school_id", "role", "field", "experience", "change", "stipend"),
    "class_sizes": ("year", "school_id", "course"),
    "limits": ("policy", "year", "course", "tier"),
    "dollars": ("year", "school_id", "fund", "use"),
    "schools": ("year", "school_id"),
    "funds": ("year", "district_id", "fund"),
    "indices": ("measure", "index", "weight"),
    "statistics": ("measure", "statistic"),
    "policies": ("name",),
    "imputed": ("table", "column", "rows", "method", "note"),
}

UNITS: dict[str, dict[str, str]] = {
    "moves": {"fte": "FTE", "miles": "miles", "stipend": "dollars"},
    "staff_changes": {"fte": "FTE", "stipend": "dollars"},
    "class_sizes": {
        "students": "students",
        "sections_before": "sections",
        "sections_after": "sections",
        "class_size_before": "students per section",
        "class_size_after": "students per section",
    },
    "limits": {"limit": "students per section"},
    "dollars": {"before": "dollars", "after": "dollars"},
    "schools": {
        "students": "students",
        "weighted_students": "students",
        "teachers_before": "FTE",
        "teachers_after": "FTE",
        "novice_before": "FTE",
        "novice_after": "FTE",
        "experienced_before": "FTE",
        "experienced_after": "FTE",
        "dollars_before": "dollars",
        "dollars_after": "dollars",
    },
    "funds": dict.fromkeys(
        ("available", "pay", "placed_before", "placed_after", "carried_in", "unspent"), "dollars"
    ),
    "indices": {"weight": "share", "before": "index", "after": "index"},
    "statistics": {"before": "statistic", "after": "statistic"},
    "policies": {"actual": "the rule's unit", "limit": "the rule's unit", "slack": "the rule's unit"},
    "imputed": {},
    "summary": {
        "inequity_before": "points",
        "inequity_after": "points",
        "bound": "points",
        "gap": "share",
        "moves_fte": "FTE",
        "hires_fte": "FTE",
        "cost_dollars": "dollars",
        "stipend_dollars": "dollars",
        "schools": "schools",
        "students": "students",
        "staff_fte": "FTE",
    },
}
