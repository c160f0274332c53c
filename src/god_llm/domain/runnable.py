"""Functions as tools that can be run: their options, their arguments, their results."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, ParamSpec, TypeVar, get_origin, overload

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ArgsKwargs, PydanticSerializationError, to_json

from god_llm.domain.exceptions import ConfigurationError, InvalidSettingError, MalformedResponseError
from god_llm.domain.media import MediaPart
from god_llm.domain.messages import ToolMessage
from god_llm.domain.parts import TextPart, ToolCallPart
from god_llm.domain.runs import ToolContext
from god_llm.domain.tools import Tool, ToolSource

__all__ = [
    "BadArgumentsError",
    "RunnableTool",
    "ToolOptions",
    "failed_message",
    "result_message",
    "runnable",
    "tool",
]

P = ParamSpec("P")
R = TypeVar("R")

_OPTIONS: Final = "__god_llm_tool__"


@dataclass(frozen=True, slots=True)
class ToolOptions:
    """The options of a function that is run as a tool.

    Attributes:
        name, description: in place of the function's own.
        needs_approval: True if the run pauses before a call of it.
        timeout: seconds for one call; None is no limit.
        fatal: exceptions that end the run; all others go back to the model as a failed result.
    """

    name: str | None = None
    description: str | None = None
    needs_approval: bool = False
    timeout: float | None = None
    fatal: tuple[type[Exception], ...] = ()


@overload
def tool(function: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def tool(
    *,
    name: str | None = None,
    description: str | None = None,
    needs_approval: bool = False,
    timeout: float | None = None,
    fatal: tuple[type[Exception], ...] = (),
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def tool(
    function: Callable[P, R] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    needs_approval: bool = False,
    timeout: float | None = None,
    fatal: tuple[type[Exception], ...] = (),
) -> Callable[P, R] | Callable[[Callable[P, R]], Callable[P, R]]:
    """Set the options with which a function is run as a tool: `@tool` or `@tool(needs_approval=True)`.

    The function stays what it is, and can be called as before. A function needs no decorator to be a tool.

    Args:
        function: the function or method.
        name: in place of the function's own.
        description: in place of the function's docstring.
        needs_approval: pause the run before each call of it.
        timeout: seconds for one call.
        fatal: exceptions that end the run.

    Raises:
        InvalidSettingError: the timeout is not above 0.
    """
    if timeout is not None and timeout <= 0:
        raise InvalidSettingError(f"timeout must be above 0 (in seconds), not {timeout}")
    options = ToolOptions(name, description, needs_approval, timeout, fatal)

    def marked(function: Callable[P, R]) -> Callable[P, R]:
        setattr(function, _OPTIONS, options)
        return function

    return marked if function is None else marked(function)


class BadArgumentsError(ValueError):
    """The arguments of a call do not fit the tool's parameters."""


@dataclass(frozen=True, slots=True)
class RunnableTool:
    """A tool with its function.

    Attributes:
        tool: what the model is offered.
        function: what is called.
        options: how it is called.
        arguments: validates the arguments of a call.
        context: the parameter that takes the `ToolContext`, or None.
    """

    tool: Tool
    function: Callable[..., object]
    options: ToolOptions
    arguments: TypeAdapter[dict[str, object]]
    context: str | None

    @property
    def is_async(self) -> bool:
        """True if a call must be awaited."""
        return inspect.iscoroutinefunction(inspect.unwrap(self.function))

    def validated(self, call: ToolCallPart, context: object) -> Mapping[str, object]:
        """The keyword arguments of a call, converted to the types of the parameters.

        Raises:
            BadArgumentsError: they are no JSON object, or do not fit.
        """
        try:
            found = dict(self.arguments.validate_python(ArgsKwargs((), dict(call.arguments))))
        except (MalformedResponseError, ValidationError) as error:
            raise BadArgumentsError(str(error)) from error
        return found if self.context is None else {**found, self.context: ToolContext(context, call)}


def runnable(source: ToolSource) -> RunnableTool:
    """A function or bound method as a tool that can be run.

    Raises:
        InvalidSettingError: it is a schema without a function, has no name, or a signature without a JSON schema.
    """
    if isinstance(source, Tool) or (isinstance(source, type) and issubclass(source, BaseModel)):
        name = source.name if isinstance(source, Tool) else source.__name__
        raise InvalidSettingError(
            f"{name} has no function to run: pass a function, or offer {name} with with_tools() and answer the calls"
        )
    if not callable(source):
        raise InvalidSettingError(f"{source!r} is no function to run")
    options: ToolOptions = getattr(source, _OPTIONS, ToolOptions())
    arguments, context = _arguments_of(source)
    own = Tool.of(arguments)
    named = Tool(options.name or own.name, options.description or own.description, own.parameters)
    adapter: TypeAdapter[dict[str, object]] = TypeAdapter(arguments)  # type: ignore[arg-type]  # pydantic takes functions
    return RunnableTool(named, source, options, adapter, context)


def _arguments_of(function: Callable[..., object]) -> tuple[Callable[..., dict[str, object]], str | None]:
    """A function with the same parameters that returns its arguments, and the name of the context's parameter."""
    try:
        signature = inspect.signature(function, eval_str=True)
    except (ValueError, TypeError, NameError) as error:
        raise InvalidSettingError(f"{function!r} can't be a tool: its signature can't be read ({error})") from error
    contexts = [n for n, p in signature.parameters.items() if (get_origin(p.annotation) or p.annotation) is ToolContext]
    kept = [p for n, p in signature.parameters.items() if n not in contexts]

    def arguments(**given: object) -> dict[str, object]:
        return given

    arguments.__name__ = getattr(function, "__name__", "<lambda>")
    arguments.__qualname__ = arguments.__name__
    arguments.__doc__ = inspect.getdoc(function)
    arguments.__annotations__ = {p.name: p.annotation for p in kept if p.annotation is not p.empty}
    arguments.__signature__ = inspect.Signature(kept)  # type: ignore[attr-defined]  # read by inspect.signature
    return arguments, contexts[0] if contexts else None


def result_message(call: ToolCallPart, result: object) -> ToolMessage:
    """The result of a call as a message: a text as it is, parts as parts, everything else as JSON.

    Raises:
        ConfigurationError: it is not JSON-able.
    """
    if isinstance(result, str):
        return ToolMessage(content=result, tool_call_id=call.id or "", name=call.name)
    if isinstance(result, TextPart | MediaPart):
        return ToolMessage(parts=(result,), tool_call_id=call.id or "", name=call.name)  # type: ignore[arg-type]  # one of the union
    if _are_parts(result):
        return ToolMessage(parts=tuple(result), tool_call_id=call.id or "", name=call.name)  # type: ignore[arg-type]  # as checked
    try:
        text = to_json(result).decode()
    except (PydanticSerializationError, ValueError) as error:
        raise ConfigurationError(
            f"the tool {call.name!r} returned a {type(result).__name__}, which is no JSON: return a text, parts, or"
            f" values that pydantic can serialise ({error})"
        ) from error
    return ToolMessage(content=text, tool_call_id=call.id or "", name=call.name)


def _are_parts(result: object) -> bool:
    if not isinstance(result, Sequence) or isinstance(result, bytes) or not result:
        return False
    return all(isinstance(part, TextPart | MediaPart) for part in result)


def failed_message(call: ToolCallPart, text: str) -> ToolMessage:
    """A failed result."""
    return ToolMessage(content=text, tool_call_id=call.id or "", name=call.name, is_error=True)
