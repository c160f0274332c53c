"""A mypy plugin that checks what dependency_injector's providers and containers are given.

Switched on by `plugins = god_llm.mypy_plugin` in mypy's settings; docs/types.md says what it checks. Any
target will do; of god_llm it knows the call of a model alone, whose settings it holds to what the model takes. What it
can't know it leaves to the types that are there.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

from mypy.nodes import OverloadedFuncDef, TypeInfo
from mypy.options import Options
from mypy.plugin import (
    AttributeContext,
    ClassDefContext,
    FunctionContext,
    FunctionSigContext,
    MethodContext,
    MethodSigContext,
    Plugin,
)
from mypy.types import FunctionLike, Type
from typing_extensions import override

from god_llm.mypy_plugin import (
    containers,
    held,
    later_calls,
    partials,
    provided,
    providers,
    replacements,
    subclasses,
    wiring,
)
from god_llm.mypy_plugin.batches import BATCHES, BATCHING, several
from god_llm.mypy_plugin.facade_calls import OverloadedCalls, class_called, named_model
from god_llm.mypy_plugin.facades import joinable
from god_llm.mypy_plugin.mending import mended
from god_llm.mypy_plugin.model_settings import SETTING_CALLS, kept, narrowed
from god_llm.mypy_plugin.names import (
    AGGREGATE,
    CHAT_MODEL,
    CHAT_MODEL_FUNCTION,
    CONTAINER,
    CONTAINERS,
    DECLARATIVE,
    DEPENDENCIES,
    DEPENDENCY,
    DICT,
    EMBEDDED,
    GETTER,
    LIST,
    MAKERS,
    MARKER,
    OBJECT,
    PROVIDER,
    PROVIDERS,
    SELECTOR,
)
from god_llm.mypy_plugin.types import is_of

__all__ = ["CheckedContainers", "plugin"]

__version__: Final = sha256(
    b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
).hexdigest()
"""mypy forgets what it has stored when this changes: when any file of the plugin does."""

MADE: Final[dict[str, Callable[[FunctionContext], Type]]] = {
    **dict.fromkeys(MAKERS, providers.made),
    SELECTOR: held.selected,
    AGGREGATE: held.aggregate_made,
    LIST: held.list_made,
    DICT: held.dict_made,
    DEPENDENCY: replacements.dependency_made,
    EMBEDDED: containers.embedded_made,
    DEPENDENCIES: containers.dependencies_made,
    OBJECT: providers.object_made,
    DECLARATIVE: containers.made,
}
"""Class -> what is checked where it, or one derived from it, is made."""

FUNCTIONS: Final[dict[str, Callable[[FunctionContext], Type]]] = {
    f"{CONTAINERS}.copy": containers.decorated,
    f"{CONTAINERS}.override": containers.decorated,
    partials.PARTIAL: partials.made,
    wiring.INJECT: wiring.injected_function,
    wiring.DEPENDS: wiring.depends,
}
"""Function -> what is checked where it is called."""

METHODS: Final[dict[str, dict[str, Callable[[MethodContext], Type]]]] = {
    "__getitem__": {MARKER: wiring.marked},
    "__call__": dict.fromkeys(MAKERS, later_calls.called),
    "add_args": dict.fromkeys(MAKERS, later_calls.added),
    "add_kwargs": dict.fromkeys(MAKERS, later_calls.added),
    "set_args": dict.fromkeys(MAKERS, later_calls.anew),
    "set_kwargs": dict.fromkeys(MAKERS, later_calls.added),
    "set_default": {DEPENDENCY: replacements.overridden},
    "call": {GETTER: provided.called},
    "delegate": {PROVIDER: provided.delegated},
    "override": {
        EMBEDDED: containers.overridden,
        DEPENDENCIES: containers.overridden,
        PROVIDER: replacements.overridden,
        CONTAINER: containers.overridden,
    },
    "override_providers": {EMBEDDED: containers.parts_overridden, CONTAINER: containers.parts_overridden},
    "set_provider": {EMBEDDED: containers.part_set, CONTAINER: containers.part_set},
    "set_providers": {EMBEDDED: containers.parts_set, CONTAINER: containers.parts_set},
    "provided_by": {DEPENDENCY: replacements.overridden},
}
"""Method -> class -> what is checked where it is called; the first class that fits counts."""

ATTRIBUTES: Final[dict[str, Callable[[AttributeContext], Type]]] = {
    f"{PROVIDER}.provided": provided.of_provider,
    f"{PROVIDER}.provider": provided.provider_itself,
}

OPEN: Final[dict[str, Callable[[AttributeContext, str], Type]]] = {
    GETTER: provided.getter,
    DEPENDENCIES: containers.part_of_dependencies,
    AGGREGATE: held.part_of_aggregate,
    f"{PROVIDERS}.FactoryAggregate": held.part_of_aggregate,
    EMBEDDED: containers.part_of_embedded,
    CONTAINER: containers.undeclared_part,
}
"""Class with a `__getattr__` -> what the names are that it does not declare."""


class CheckedContainers(Plugin):
    """Finds the function for each call and attribute that has to do with dependency_injector."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._facade_calls = OverloadedCalls(class_called)
        self._named_models = OverloadedCalls(named_model)

    @override
    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        if fullname in FUNCTIONS:
            return FUNCTIONS[fullname]
        info = self._class(fullname)
        if info is not None and is_of(info, [CHAT_MODEL]):
            return lambda ctx: joinable(ctx.default_return_type)
        if info is None or not is_of(info, MADE) or not _as_declared(info, "__init__"):
            return None
        return next(hook for base, hook in MADE.items() if info.has_base(base))

    @override
    def get_function_signature_hook(self, fullname: str) -> Callable[[FunctionSigContext], FunctionLike] | None:
        if fullname == CHAT_MODEL_FUNCTION:
            return self._named_models.hook
        info = self._class(fullname)
        if info is None:
            return None
        if is_of(info, [DEPENDENCY]) and _as_declared(info, "__init__"):
            return replacements.with_any_class
        if is_of(info, [EMBEDDED]) and _as_declared(info, "__init__"):
            return containers.with_any_container
        return self._facade_calls.hook if is_of(info, [CHAT_MODEL]) else None

    @override
    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], FunctionLike] | None:
        owner, _, name = fullname.rpartition(".")
        if name in SETTING_CALLS:
            model = self._class(owner)
            return narrowed if model is not None and is_of(model, [CHAT_MODEL]) else None
        info = self._class(owner) if name == "__call__" else None
        if info is None or not is_of(info, (*MAKERS, AGGREGATE)) or not _as_declared(info, name):
            return None  # mypy ends where one of several signatures becomes several
        return later_calls.call_signature

    @override
    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        if fullname == f"{partials.PARTIAL}.__call__":
            return partials.called
        owner, _, name = fullname.rpartition(".")
        if name in BATCHES:
            model = self._class(owner)
            return several if model is not None and is_of(model, [BATCHING]) else None
        info = self._class(owner) if name in METHODS else None
        if info is None or (info.get_method(name) is not None and not _as_declared(info, name)):
            return None
        return next((hook for base, hook in METHODS[name].items() if info.has_base(base)), None)

    @override
    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        if fullname in ATTRIBUTES:
            return ATTRIBUTES[fullname]
        owner, _, name = fullname.rpartition(".")
        if owner == CHAT_MODEL and name in SETTING_CALLS:
            return kept
        info = self._class(owner) if owner in OPEN else None
        if info is None or name in info.names:
            return None
        of_name = OPEN[owner]
        return lambda ctx: of_name(ctx, name)

    @override
    def get_base_class_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        base = self._class(fullname)
        is_facade = base is not None and is_of(base, [CHAT_MODEL]) and fullname != CHAT_MODEL
        return subclasses.facade_derived if is_facade else None

    @override
    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return mended if fullname.startswith(f"{PROVIDERS}.") else None

    def _class(self, fullname: str) -> TypeInfo | None:
        symbol = self.lookup_fully_qualified(fullname)
        return symbol.node if symbol is not None and isinstance(symbol.node, TypeInfo) else None


def _as_declared(info: TypeInfo, name: str) -> bool:
    """Whether the class has the method from dependency_injector, with one signature, and not one of its own."""
    # By the classes themselves: what mypy has stored of a class method does not say which class it is of.
    owner = next((cls for cls in info.mro if name in cls.names), None)
    if owner is None or not owner.module_name.startswith("dependency_injector."):
        return False
    return not isinstance(owner.names[name].node, OverloadedFuncDef)


def plugin(version: str) -> type[Plugin]:  # noqa: ARG001  # mypy calls it with its version
    """The plugin, for mypy."""
    return CheckedContainers
