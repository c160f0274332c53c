"""The steps of a run as a generator without IO: it yields what to do next, and takes what came of it."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from god_llm.domain.costs import require_price_list
from god_llm.domain.exceptions import InvalidSettingError, RunLimitError
from god_llm.domain.messages import AIMessage, BaseMessage, Message, ToolMessage
from god_llm.domain.parts import ContentPart, ToolCallPart
from god_llm.domain.runnable import BadArgumentsError, RunnableTool, failed_message, runnable
from god_llm.domain.runs import Decisions, Run
from god_llm.domain.tools import ToolSource
from god_llm.domain.usage import Usage

__all__ = ["Ask", "Limits", "Make", "Prepared", "Steps", "checked_limits", "steps", "tools_by_name"]

NO_DECISIONS: Final[Decisions] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a run; None is no limit.

    Attributes:
        turns: answers.
        calls: calls of tools.
        tokens: input and output tokens of all answers.
        cost: US dollars for all answers.
    """

    turns: int | None = 10
    calls: int | None = None
    tokens: int | None = None
    cost: Decimal | float | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the model; `first` is True for the first answer of the run."""

    messages: Sequence[BaseMessage]
    first: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """A call to make: the function and its arguments, or the result that stands for it."""

    call: ToolCallPart
    tool: RunnableTool | None = None
    arguments: Mapping[str, object] | None = None
    result: ToolMessage | None = None


@dataclass(frozen=True, slots=True)
class Make:
    """Make these calls, and send back one result for each, in order."""

    calls: Sequence[Prepared]


Steps: TypeAlias = Generator[Ask | Make, AIMessage | Sequence[ToolMessage], Run]


def checked_limits(limits: Limits) -> Limits:
    """The limits.

    Raises:
        InvalidSettingError: one is below 1, or the cost is not above 0.
        MissingDependencyError: the cost is limited, and there is no price list.
    """
    for name, limit in (("max_turns", limits.turns), ("max_calls", limits.calls), ("max_total_tokens", limits.tokens)):
        if limit is not None and limit < 1:
            raise InvalidSettingError(f"{name} must be at least 1, not {limit}")
    if limits.cost is not None:
        if not float(limits.cost) > 0:  # NaN too
            raise InvalidSettingError(f"max_cost must be above 0, not {limits.cost}")
        require_price_list()
    return limits


def tools_by_name(sources: Sequence[ToolSource]) -> Mapping[str, RunnableTool]:
    """The tools by name.

    Raises:
        InvalidSettingError: one can't be run, or two have one name.
    """
    found: dict[str, RunnableTool] = {}
    for source in sources:
        made = runnable(source)
        if made.tool.name in found:
            raise InvalidSettingError(
                f"two tools are named {made.tool.name!r}: give one another name with @tool(name=...)"
            )
        found[made.tool.name] = made
    return found


def steps(
    run: Run,
    tools: Mapping[str, RunnableTool],
    limits: Limits,
    context: object,
    decisions: Decisions = NO_DECISIONS,
) -> Steps:
    """The steps from a state to the next pause or the end.

    Raises:
        RunLimitError: a limit is reached; `run` has the transcript.
        InvalidSettingError: a paused run is continued without a decision for each call that waits.
    """
    asked_before = run.turns
    if run.paused:
        run = yield from _decided(run, tools, limits, context, decisions)
    while True:
        _check_limits(run, limits)
        answer = yield Ask(run.messages, first=run.turns == asked_before)
        assert isinstance(answer, AIMessage)
        answer = _with_ids(answer, run.turns + 1)
        run = _with_answer(run, answer)
        if not answer.tool_calls:
            return run
        if any(call.name in tools and tools[call.name].options.needs_approval for call in answer.tool_calls):
            return run.model_copy(update={"waiting": answer.tool_calls})
        calls = [_prepared(call, tools, context, decision=True) for call in answer.tool_calls]
        run = yield from _made(run, calls, limits)


def _decided(
    run: Run, tools: Mapping[str, RunnableTool], limits: Limits, context: object, decisions: Decisions
) -> Generator[Make, AIMessage | Sequence[ToolMessage], Run]:
    """Make the calls that waited, as it was decided."""
    names = {call.id or "": call.name for call in run.waiting}
    needed = [i for i, name in names.items() if name in tools and tools[name].options.needs_approval]
    missing, unknown = [i for i in needed if i not in decisions], [i for i in decisions if i not in names]
    if missing or unknown:
        what = f"no decision for {', '.join(missing)}" if missing else f"no call {', '.join(unknown)} waits"
        raise InvalidSettingError(
            f"{what}: pass decisions={{id: True, False or a reason}} for the calls in run.waiting"
        )
    calls = [_prepared(call, tools, context, decision=decisions.get(call.id or "", True)) for call in run.waiting]
    return (yield from _made(run.model_copy(update={"waiting": ()}), calls, limits))


def _made(
    run: Run, calls: Sequence[Prepared], limits: Limits
) -> Generator[Make, AIMessage | Sequence[ToolMessage], Run]:
    made = sum(call.tool is not None for call in calls)
    if limits.calls is not None and run.calls + made > limits.calls:
        raise _limit(run, f"it made {run.calls} calls, and max_calls is {limits.calls}")
    results = yield Make(calls)
    assert not isinstance(results, AIMessage)
    messages: tuple[Message, ...] = (*run.messages, *results)
    return run.model_copy(update={"messages": messages, "calls": run.calls + made})


def _prepared(
    call: ToolCallPart, tools: Mapping[str, RunnableTool], context: object, *, decision: bool | str
) -> Prepared:
    """A call with its function and arguments, or with the failed result that the model gets in place of one."""
    tool = tools.get(call.name)
    if tool is None:
        return _failed(call, f"There is no tool {call.name}; there are {', '.join(tools) or 'none'}.")
    if decision is not True:
        return _failed(call, f"The user refused this call{f': {decision}' if decision else '.'}")
    try:
        return Prepared(call, tool, tool.validated(call, context))
    except BadArgumentsError as error:
        return _failed(call, f"The arguments do not fit: {error}")


def _failed(call: ToolCallPart, text: str) -> Prepared:
    return Prepared(call, result=failed_message(call, text))


def _with_ids(answer: AIMessage, turn: int) -> AIMessage:
    """The answer with an id for each of its calls, so that the results can name them."""
    if all(call.id for call in answer.tool_calls):
        return answer
    parts = tuple([_named(part, f"call_{turn}_{number}") for number, part in enumerate(answer.parts, 1)])
    return answer.model_copy(update={"parts": parts})


def _named(part: ContentPart, ident: str) -> ContentPart:
    is_nameless = isinstance(part, ToolCallPart) and not part.id
    return part.model_copy(update={"id": ident}) if is_nameless else part


def _with_answer(run: Run, answer: AIMessage) -> Run:
    used = run.usage + (answer.usage or Usage())
    return run.model_copy(update={"messages": (*run.messages, answer), "usage": used, "turns": run.turns + 1})


def _check_limits(run: Run, limits: Limits) -> None:
    if limits.turns is not None and run.turns >= limits.turns:
        raise _limit(run, f"it took {run.turns} turns, and max_turns is {limits.turns}")
    used = (run.usage.input_tokens or 0) + (run.usage.output_tokens or 0)
    if limits.tokens is not None and used >= limits.tokens:
        raise _limit(run, f"it used {used} tokens, and max_total_tokens is {limits.tokens}")
    if limits.cost is not None:
        _check_cost(run, limits.cost)


def _check_cost(run: Run, limit: Decimal | float) -> None:
    """End a run that used up its money, or whose cost is unknown: a limit that can't be checked is no limit."""
    cost = run.cost
    if cost is None:
        raise _limit(
            run, "the cost of an answer is unknown, and max_cost can't be checked; limit max_total_tokens instead"
        )
    if cost >= limit:
        raise _limit(run, f"it cost {cost} US dollars, and max_cost is {limit}")


def _limit(run: Run, why: str) -> RunLimitError:
    error = RunLimitError(f"the run reached a limit: {why}; `run` on this error has the transcript")
    error.run, error.partial = run, run.message
    return error
