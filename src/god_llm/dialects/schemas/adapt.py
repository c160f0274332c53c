"""A JSON schema in a provider's subset. Constraints that the subset lacks go into the description, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from pydantic_core import to_json

from god_llm.dialects.schemas.subset import Subset

__all__ = ["Adapted", "adapt"]

Node: TypeAlias = dict[str, object]

_STRUCTURE: Final = frozenset({"$ref", "anyOf", "const", "description", "enum", "title", "type"})
_REWRITTEN: Final = frozenset(
    {
        "$defs",
        "$schema",
        "additionalProperties",
        "allOf",
        "discriminator",
        "items",
        "oneOf",
        "prefixItems",
        "properties",
        "required",
    }
)
_TYPED: Final = frozenset({"$ref", "anyOf", "const", "enum", "type"})


class Adapted(NamedTuple):
    """A schema in a subset.

    Attributes:
        schema: the schema.
        problems: what the subset has no form for, each with its place; empty if the schema is in the subset.
    """

    schema: Node
    problems: tuple[str, ...]


def adapt(schema: Mapping[str, object], subset: Subset) -> Adapted:
    """A pydantic JSON schema in a subset.

    Args:
        schema: with an object at its root.
        subset: the provider's.
    """
    adapter = _Adapter(schema, subset)
    root = adapter.node(dict(schema), "")
    if root.get("type") != "object":
        adapter.problems.append("the root: no object")
    used = adapter.definitions(root)
    if used:
        root["$defs"] = used
    return Adapted(root, tuple(dict.fromkeys(adapter.problems)))


class _Adapter:
    """Adapts one schema: the definitions, and the problems found so far."""

    def __init__(self, root: Mapping[str, object], subset: Subset) -> None:
        definitions = root.get("$defs")
        self._definitions: Mapping[str, object] = definitions if isinstance(definitions, dict) else {}
        self._subset = subset
        self._inlined: list[str] = []
        self.problems: list[str] = []

    def node(self, schema: object, path: str) -> Node:
        """A schema at any depth."""
        if not isinstance(schema, dict):  # `true`
            return self._problem(path, "any value")
        ref = schema.get("$ref")
        if isinstance(ref, str):
            return self._reference(ref, schema, path)
        parts = schema.get("allOf")
        if isinstance(parts, list):
            return self.node(self._joined(schema, parts), path)
        node: Node = {name: value for name, value in schema.items() if name in _STRUCTURE}
        alternatives = schema.get("anyOf", schema.get("oneOf"))
        if isinstance(alternatives, list):
            node["anyOf"] = [self.node(each, f"{path}/anyOf") for each in alternatives]
        if schema.get("type") == "object" or "properties" in schema:
            self._object(node, schema, path)
        if schema.get("type") == "array":
            self._array(node, schema, path)
        if not _TYPED & node.keys():
            return self._problem(path, "any value")
        self._constrain(node, schema)
        return node

    def definitions(self, root: Node) -> Node:
        """The adapted definitions that a schema refers to, directly or through others."""
        found: Node = {}
        pending = [*_references(root)]
        while pending:
            name = pending.pop()
            if name not in found and name in self._definitions:
                found[name] = self.node(self._definitions[name], f"/$defs/{name}")
                pending.extend(_references(found[name]))
        if not self._subset.recursive:
            self.problems.extend(f"{name}: a type that contains itself" for name in found if _contains(name, found))
        return found

    def _problem(self, path: str, what: str) -> Node:
        self.problems.append(f"{path.removeprefix('/') or 'the root'}: {what}")
        return {}

    def _reference(self, ref: str, schema: Node, path: str) -> Node:
        """A reference; with other keywords beside it, or at the root, the definition itself with those keywords."""
        beside = {name: value for name, value in schema.items() if name not in ("$ref", "$defs")}
        name = ref.rpartition("/")[2]
        target = self._definitions.get(name)
        if (path and not beside) or name in self._inlined or not isinstance(target, dict):
            return {"$ref": ref}
        self._inlined.append(name)
        node = self.node({**target, **beside}, path)
        self._inlined.pop()
        return node

    def _joined(self, schema: Node, parts: list[object]) -> Node:
        """One schema in place of several that all hold."""
        joined: Node = {}
        for part in (*parts, {name: value for name, value in schema.items() if name != "allOf"}):
            target = self._target(part)
            for name, value in target.items():
                known = joined.get(name)
                if isinstance(known, dict) and isinstance(value, dict):
                    joined[name] = {**known, **value}
                elif name == "required" and isinstance(known, list) and isinstance(value, list):
                    joined[name] = [*known, *(each for each in value if each not in known)]
                else:
                    joined[name] = value
        return joined

    def _target(self, part: object) -> Node:
        if not isinstance(part, dict):
            return {}
        target = self._definitions.get(str(part.get("$ref")).rpartition("/")[2])
        return {**target, **{n: v for n, v in part.items() if n != "$ref"}} if isinstance(target, dict) else part

    def _object(self, node: Node, schema: Node, path: str) -> None:
        properties = schema.get("properties")
        if not isinstance(properties, dict):
            if schema.get("additionalProperties") is not False:
                self._problem(path, "an object whose keys are not named (use a list of objects)")
            properties = {}
        required = schema.get("required")
        node["properties"] = {name: self.node(each, f"{path}/{name}") for name, each in properties.items()}
        named = required if isinstance(required, list) else []
        node["required"] = [*properties] if self._subset.all_required else [n for n in named if n in properties]
        node["additionalProperties"] = False

    def _array(self, node: Node, schema: Node, path: str) -> None:
        prefix = schema.get("prefixItems")
        if isinstance(prefix, list):  # a tuple: no subset has a type for each place
            items = [self.node(each, f"{path}/items") for each in prefix]
            kinds = [item for place, item in enumerate(items) if item not in items[:place]]
            node["items"] = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
        else:
            node["items"] = self.node(schema.get("items", True), f"{path}/items")

    def _constrain(self, node: Node, schema: Node) -> None:
        """Keep the constraints of the subset; put the others into the description."""
        words: list[str] = []
        for name, value in schema.items():
            if name in _STRUCTURE or name in _REWRITTEN or (name == "default" and value is None):
                continue
            if self._takes(name, value):
                node[name] = value
            else:
                words.append(f"{name}: {to_json(value, fallback=str).decode()}")
        if "prefixItems" in schema:
            words.append(f"prefixItems: {to_json(schema['prefixItems'], fallback=str).decode()}")
        if words and "$ref" not in node:
            described = str(node.get("description") or "")
            node["description"] = f"{described} ({'; '.join(words)})".strip()

    def _takes(self, name: str, value: object) -> bool:
        if name not in self._subset.keywords:
            return False
        if name == "format":
            return value in self._subset.formats
        if name == "pattern":
            return "(?" not in str(value)  # a look-around
        most = self._subset.most_min_items
        return name != "minItems" or most is None or (isinstance(value, int) and value <= most)


def _references(node: object) -> Iterator[str]:
    """The names of the definitions that a schema refers to."""
    if isinstance(node, dict):
        ref = node.get("$ref")
        if isinstance(ref, str):
            yield ref.rpartition("/")[2]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _contains(name: str, definitions: Node) -> bool:
    """True if a definition refers to itself, directly or through others."""
    seen: set[str] = set()
    pending = [*_references(definitions[name])]
    while pending:
        other = pending.pop()
        if other == name:
            return True
        if other not in seen and other in definitions:
            seen.add(other)
            pending.extend(_references(definitions[other]))
    return False
