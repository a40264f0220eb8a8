"""JSON Schema of a scenario file, made from the models that read it, so that editors complete and check it.

What no schema can say is left to the planner: sums of weights, bounds of one key by another, names of the
district's own, and whether what ``~`` takes away is inherited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from planner.equity.indices.base import INDICES
from planner.equity.measures.base import MEASURES, Measure
from planner.inheritance import MAX_CHANGES, MAX_PRESETS, NOT_INHERITED, OWN_KEYS, Change
from planner.policies.base import POLICIES, Policy
from planner.presets import PresetEntry, preset_names
from planner.registry import Registry
from planner.scenario import FundChange, Objective, Scenario, Term, UseChange

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# A relative path to a YAML file: no root, no drive, no home folder, no backslash.
FILE_PATTERN = r"^(?![/~]|[A-Za-z]:)[^\\]+\.ya?ml$"
Schema = dict[str, Any]


def scenario_schema() -> Schema:
    """Return the schema of a scenario file (draft 2020-12).

    A file with none of `extends`, `presets` and `changes` must be whole. One with any may leave anything out
    but its name, and may take anything away with ``~``.
    """
    library = _library()
    links: Schema = {
        "extends": {
            **_file(),
            "description": "the scenario that this one builds on, from this file's folder",
        },
        "presets": {
            "type": "array",
            "items": {"anyOf": [_preset_name(), _preset_entry()]},
            "maxItems": MAX_PRESETS,
            "description": "named changes that come with the planner, under the district's own names",
        },
        "changes": {
            "type": "array",
            "items": _file(),
            "maxItems": MAX_CHANGES,
            "uniqueItems": True,
            "description": "named changes to the parent; no two may set the same value",
        },
    }
    whole, part = _scenario_properties(library, False), _scenario_properties(library, True)
    return {
        "$schema": DIALECT,
        "title": "Scenario",
        "description": "A scenario of the resource reallocation planner.",
        "type": "object",
        "if": {"anyOf": [{"required": [key]} for key in links]},
        "then": {"$ref": "#/$defs/part"},
        "else": {"$ref": "#/$defs/whole"},
        "$defs": {
            "whole": _closed(whole, required=library[Scenario]["required"]),
            "part": _closed({**links, **part}, required=["name"]),
            **_policy_defs(library, "whole"),
            **_policy_defs(library, "part"),
        },
    }


def change_schema() -> Schema:
    """Return the schema of a change: its name, what it is for, what it sets (nested or by dotted path)."""
    library = _library()
    sets = {key: part for key, part in _scenario_properties(library, True).items() if key not in OWN_KEYS}
    sets.pop("district")
    properties = {**Change.model_json_schema()["properties"], "set": _closed(sets)}
    properties["set"] |= {"patternProperties": {r"\.": {}}, "description": "what it sets"}
    return {
        "$schema": DIALECT,
        "title": "Change",
        "description": "A named change that scenarios can list under changes.",
        **_closed(properties, required=["name", "set"]),
        "$defs": _policy_defs(library, "part"),
    }


def _preset_name() -> Schema:
    return {"type": "string", "enum": list(preset_names())}


def _preset_entry() -> Schema:
    entry = PresetEntry.model_json_schema()["properties"]
    return _closed({**entry, "preset": _preset_name()}, required=["preset"])


def _library() -> dict[type[BaseModel], Schema]:
    """Return the schema of every model that a scenario is made of, all references written out."""
    kinds: list[Registry[Any]] = [POLICIES, MEASURES, INDICES]
    models = [registry[kind] for registry in kinds for kind in registry]
    models += [Scenario, Objective, Term, FundChange, UseChange]
    named, shared = models_json_schema([(model, "validation") for model in models])
    definitions = shared["$defs"]
    return {model: _written_out(named[model, "validation"], definitions) for model in models}


def _written_out(schema: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_written_out(entry, definitions) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    beside = {key: _written_out(value, definitions) for key, value in schema.items() if key != "$ref"}
    if "$ref" not in schema:
        return beside
    return {**_written_out(definitions[schema["$ref"].rsplit("/", 1)[1]], definitions), **beside}


def _scenario_properties(library: Mapping[type[BaseModel], Schema], partial: bool) -> dict[str, Schema]:
    own = dict(library[Scenario]["properties"])
    objective = {**library[Objective], "properties": dict(library[Objective]["properties"])}
    objective["properties"]["measures"] = {
        **objective["properties"]["measures"],
        "description": "what is measured, how its inequity is counted, and its weight; weights sum to 1",
        "items": _term(library),
    }
    own["objective"] = objective
    properties = {key: _variant(schema, partial) for key, schema in own.items() if key not in NOT_INHERITED}
    properties["policies"] = _policies(partial)
    # Names of the district's own: there ~ takes the fund or use out of the plan, with or without a parent.
    for key, model in (("funds", FundChange), ("uses", UseChange)):
        entry = _nullable(_variant({**library[model], "required": []}, partial))
        properties[key] = {
            "type": "object",
            "description": own[key]["description"],
            "additionalProperties": entry,
        }
    if partial:
        properties = {key: _nullable(schema) for key, schema in properties.items()}
    return {**{key: own[key] for key in NOT_INHERITED}, **properties}


# The parts that are named by kind ---------------------------------------------------------------------------


def _term(library: Mapping[type[BaseModel], Schema]) -> Schema:
    weight = library[Term]["properties"]["weight"]
    return {
        "type": "object",
        "properties": {"measure": _kinds(MEASURES), "index": _kinds(INDICES), "weight": weight},
        "required": ["measure", "index"],
        "allOf": [*_by_kind(library, MEASURES, "measure"), *_by_kind(library, INDICES, "index")],
        "unevaluatedProperties": False,
    }


def _by_kind(
    library: Mapping[type[BaseModel], Schema], registry: Registry[Any], key: str
) -> Iterable[Schema]:
    for kind in registry:
        model = library[registry[kind]]
        then = {part: model[part] for part in ("properties", "required") if part in model}
        yield {"if": {"properties": {key: {"const": kind}}, "required": [key]}, "then": then}


def _kinds(registry: Registry[Any]) -> Schema:
    titles = [f"{kind}: {getattr(registry[kind], 'title', kind)}" for kind in registry]
    return {"enum": registry.names(), "description": "; ".join(titles)}


def _measure(library: Mapping[type[BaseModel], Schema]) -> Schema:
    """Return the schema of a measure that stands alone: its name, or a map with its parameters."""
    bare = [kind for kind in MEASURES if not library[MEASURES[kind]].get("required")]
    return {
        "description": "a measure by name, or a map with its parameters",
        "if": {"type": "string"},
        "then": {"enum": bare},
        "else": {
            "type": "object",
            "properties": {"measure": _kinds(MEASURES)},
            "required": ["measure"],
            "allOf": list(_by_kind(library, MEASURES, "measure")),
            "unevaluatedProperties": False,
        },
    }


def _policies(partial: bool) -> Schema:
    variant = "part" if partial else "whole"
    by_name = {
        kind: {
            "description": POLICIES[kind].title,
            "if": {"type": "object", "required": ["kind"]},
            "then": {"$ref": f"#/$defs/{variant}_by_kind"},
            "else": {"$ref": f"#/$defs/{variant}_{kind}"},
        }
        for kind in POLICIES
    }
    # A child need not say again what kind of policy the parent's entry is.
    other: Schema = {"$ref": f"#/$defs/{variant}_by_kind"}
    if partial:
        other = {
            "if": {"type": "object", "required": ["kind"]},
            "then": other,
            "else": {"type": ["object", "null"]},
        }
    return {
        "type": "object",
        "description": "policies by name; an entry that is not named for its kind gives its kind",
        "properties": by_name,
        "additionalProperties": other,
    }


def _policy_defs(library: Mapping[type[BaseModel], Schema], variant: str) -> dict[str, Schema]:
    """Return the schema of each kind of policy, and of one that gives its kind."""
    by_kind = {
        "type": "object",
        "properties": {"kind": {"enum": POLICIES.names(), "description": "what kind of policy it is"}},
        "required": ["kind"],
        "allOf": [
            {"if": {"properties": {"kind": {"const": kind}}}, "then": {"$ref": f"#/$defs/{variant}_{kind}"}}
            for kind in POLICIES
        ],
    }
    own = {f"{variant}_{kind}": _policy(library, POLICIES[kind], variant == "part") for kind in POLICIES}
    return {f"{variant}_by_kind": by_kind, **own}


def _policy(library: Mapping[type[BaseModel], Schema], kind: type[Policy], partial: bool) -> Schema:
    schema = library[kind]
    properties = {key: part for key, part in schema["properties"].items() if key != "name"}
    measures = [key for key, declared in kind.model_fields.items() if declared.annotation is Measure]
    properties |= {key: _measure(library) for key in measures}
    schema = _variant({**schema, "title": kind.title, "properties": properties}, partial)
    schema["properties"]["kind"] = {"const": kind.kind}
    return _nullable(schema) if partial else schema


# Whole and partial ------------------------------------------------------------------------------------------


def _variant(schema: Schema, partial: bool) -> Schema:
    """Return a schema for data that are whole, or for a part that is merged onto a parent.

    A part may leave keys out and take keys away with null. In whole data null never stands: it would take
    away what is not there. Lists are replaced and not merged, so what is inside them is left as it is.
    """
    schema = dict(schema)
    if "anyOf" in schema:
        branches = [_variant(branch, partial) for branch in schema["anyOf"] if branch.get("type") != "null"]
        if len(branches) == 1:
            schema.pop("anyOf")
            schema = {**branches[0], **schema}
        else:
            schema["anyOf"] = branches
    if partial:
        schema = {key: value for key, value in schema.items() if key not in ("required", "minProperties")}
    if schema.get("default", "") is None:
        schema.pop("default")
    if "properties" in schema:
        schema["properties"] = {key: _inner(part, partial) for key, part in schema["properties"].items()}
    if isinstance(schema.get("additionalProperties"), dict):
        schema["additionalProperties"] = _inner(schema["additionalProperties"], partial)
    return schema


def _inner(schema: Schema, partial: bool) -> Schema:
    inner = _variant(schema, partial)
    return _nullable(inner) if partial else inner


def _nullable(schema: Schema) -> Schema:
    about = {key: text for key, text in schema.items() if key in ("title", "description")}
    return {**about, "anyOf": [schema, {"type": "null"}]}


def _closed(properties: dict[str, Schema], required: list[str] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": required or [],
        "additionalProperties": False,
    }


def _file() -> Schema:
    return {"type": "string", "pattern": FILE_PATTERN}
