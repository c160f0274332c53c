"""What providers ask of a JSON schema that they are to hold a model to."""

from __future__ import annotations

__all__ = ["closed_and_required"]


def closed_and_required(schema: object) -> bool:
    """Whether each object of a schema is closed and requires all it has: OpenAI's strict mode refuses any other.

    https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
    """
    if isinstance(schema, list):
        return all(map(closed_and_required, schema))
    if not isinstance(schema, dict):
        return True
    if schema.get("type") == "object" and (
        schema.get("additionalProperties") is not False
        or set(schema.get("required", ())) != set(schema.get("properties", ()))
    ):
        return False
    return all(map(closed_and_required, schema.values()))
