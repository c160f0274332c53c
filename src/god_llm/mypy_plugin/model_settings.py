"""What one call asks of a model, checked by what the model's catalogue says it takes.

`ChatOpenAI("o3", temperature=0.2)` is refused by the facade's overloads. `llm.generate(prompt, temperature=0.2)` is one
method for all models, whose model only the facade's type argument tells: here it decides. Of a model that is not known
every setting is accepted, and checked at run time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from mypy.checker import TypeChecker
from mypy.plugin import MethodSigContext
from mypy.types import (
    FunctionLike,
    Instance,
    LiteralType,
    NoneType,
    Type,
    TypedDictType,
    UnionType,
    get_proper_type,
)

from god_llm.mypy_plugin.types import as_base, items

__all__ = ["CHAT_MODEL", "SETTING_CALLS", "narrowed"]

CHAT_MODEL: Final = "god_llm.engine.chat.ChatModel"
SETTING_CALLS: Final = frozenset({"generate", "agenerate", "stream", "astream", "generate_as", "agenerate_as"})
"""The methods that take settings for one call."""

Facts = Mapping[str, object]


def narrowed(ctx: MethodSigContext) -> FunctionLike:
    """`llm.generate(prompt, **settings)`, with the settings that each model takes that `llm` may be."""
    signature, facts = ctx.default_signature, _known(ctx)
    settings = get_proper_type(signature.arg_types[-1]) if signature.arg_types else None
    if not facts or not signature.unpack_kwargs or not isinstance(settings, TypedDictType):
        return signature
    text = ctx.api.named_generic_type("builtins.str", [])
    allowed = {name: allow(facts, text) for name, allow in _ALLOWED.items()}
    changed = {name: allowed.get(name) or typ for name, typ in settings.items.items()}
    arg_types = [*signature.arg_types[:-1], settings.copy_modified(item_types=list(changed.values()))]
    return signature.copy_modified(arg_types=arg_types)


def _known(ctx: MethodSigContext) -> list[Facts]:
    """What is known of the models that the facade may be of; nothing, where one of them is not listed."""
    model = as_base(ctx.type, CHAT_MODEL)
    if model is None or not isinstance(ctx.type, Instance) or not isinstance(ctx.api, TypeChecker):
        return []
    names = [get_proper_type(item) for item in items(model.args[0])]
    for owner in ctx.type.type.mro:
        module = ctx.api.modules.get(owner.module_name)
        catalogue = _catalogue(Path(module.path).parent / "catalogue.json") if module is not None else None
        if catalogue is not None:
            found = [catalogue.get(name.value) if isinstance(name, LiteralType) else None for name in names]
            return [] if None in found else [facts for facts in found if facts is not None]
    return []


@cache
def _catalogue(path: Path) -> Mapping[object, Facts] | None:
    """The catalogue beside a facade, where there is one."""
    return json.loads(path.read_bytes()) if path.exists() else None


def _sampling(facts: Iterable[Facts], _: Instance) -> Type | None:
    return NoneType() if any(known.get("sampling") == "never" for known in facts) else None


def _efforts(facts: Iterable[Facts], text: Instance) -> Type | None:
    listed = [efforts for known in facts if isinstance(efforts := known.get("efforts"), list)]
    if not listed:
        return None
    shared = [effort for effort in listed[0] if all(effort in others for others in listed)]
    return UnionType.make_union([*(LiteralType(effort, text) for effort in shared), NoneType()])


_ALLOWED: Final[Mapping[str, Callable[[Iterable[Facts], Instance], Type | None]]] = {
    "temperature": _sampling,
    "top_p": _sampling,
    "reasoning": _efforts,
}
"""Setting -> what it may be for all of these models; None: whatever it may be for any."""
