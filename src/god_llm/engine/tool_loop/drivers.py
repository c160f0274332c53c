"""The drivers of a run's steps: sync and async, whole and as events."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from god_llm.domain.exceptions import UnsupportedParameterError
from god_llm.domain.messages import Conversation, Prompt, ToolMessage
from god_llm.domain.runs import CallFinished, CallStarted, Run, RunFinished, TurnFinished
from god_llm.domain.settings import GenerationSettings
from god_llm.domain.tools import ToolSource
from god_llm.engine.prompts import messages_of
from god_llm.engine.tool_loop.calls import amake_all, make_all
from god_llm.engine.tool_loop.options import RunOptions
from god_llm.engine.tool_loop.steps import Ask, Limits, Make, Steps, checked_limits, steps, tools_by_name

if TYPE_CHECKING:
    from god_llm.domain.messages import AIMessage
    from god_llm.domain.runs import RunEvent
    from god_llm.protocols import ChatGenerator

__all__ = ["Planned", "aevents", "arun", "events", "planned", "run"]


@dataclass(frozen=True, slots=True)
class Planned:
    """A run that is ready to start.

    Attributes:
        first, later: the models for its first and for its later answers: a forced choice, repeated, would never end.
        steps: what to do.
        parallel: whether the calls of one answer are made at the same time.
    """

    first: ChatGenerator
    later: ChatGenerator
    steps: Steps
    parallel: bool

    def model(self, ask: Ask) -> ChatGenerator:
        """The model of an answer."""
        return self.first if ask.first else self.later


_OWN: Final = RunOptions.__annotations__.keys() - GenerationSettings.__annotations__.keys()


def planned(llm: ChatGenerator, prompt: Prompt | Run, tools: Sequence[ToolSource], options: RunOptions) -> Planned:
    """Check everything before anything is sent.

    Raises:
        InvalidSettingError: a tool, a limit or a setting can't be used.
        MissingDependencyError: `max_cost` is given, and `genai-prices` is not installed.
        UnsupportedParameterError: there are no tools, or the model is known to take none.
    """
    named = tools_by_name(tools)
    if not named:
        raise UnsupportedParameterError("a run needs a tool: pass functions, or use generate()")
    offered = [each.tool for each in named.values()]
    # Every other key of RunOptions is left out.
    settings = cast("GenerationSettings", {name: value for name, value in options.items() if name not in _OWN})
    configured, choice = llm.configured(**settings) if settings else llm, options.get("choice")
    later = configured.with_tools(*offered)
    first = later if choice is None else configured.with_tools(*offered, choice=choice)
    limits = checked_limits(
        Limits(
            turns=options.get("max_turns", Limits().turns),
            calls=options.get("max_calls"),
            tokens=options.get("max_total_tokens"),
            cost=options.get("max_cost"),
        )
    )
    loop = steps(_start(prompt), named, limits, options.get("context"), options.get("decisions") or {})
    return Planned(first, later, loop, options.get("parallel", False))


def _start(prompt: Prompt | Run) -> Run:
    if isinstance(prompt, Run):
        return prompt
    return Run(messages=Conversation.validate_python(tuple(messages_of(prompt))))


def run(planned: Planned) -> Run:
    """Drive the steps to the end, or to a pause."""
    step = next(planned.steps)
    while True:
        done: AIMessage | Sequence[ToolMessage]
        match step:
            case Ask():
                done = planned.model(step).generate(step.messages)
            case Make():
                done = make_all(step.calls, parallel=planned.parallel)
        try:
            step = planned.steps.send(done)
        except StopIteration as stop:
            finished: Run = stop.value
            return finished


async def arun(planned: Planned) -> Run:
    """`run`, for async code."""
    step = next(planned.steps)
    while True:
        done: AIMessage | Sequence[ToolMessage]
        match step:
            case Ask():
                done = await planned.model(step).agenerate(step.messages)
            case Make():
                done = await amake_all(step.calls, parallel=planned.parallel)
        try:
            step = planned.steps.send(done)
        except StopIteration as stop:
            finished: Run = stop.value
            return finished


def events(planned: Planned) -> Generator[RunEvent, None, None]:
    """Drive the steps, and yield what happens; `RunFinished` is the last event."""
    step = next(planned.steps)
    while True:
        done: AIMessage | Sequence[ToolMessage]
        match step:
            case Ask():
                with planned.model(step).stream(step.messages) as stream:
                    yield from stream
                done = stream.message
                yield TurnFinished(done)
            case Make():
                for prepared in step.calls:
                    yield CallStarted(prepared.call)
                done = make_all(step.calls, parallel=planned.parallel)
                for prepared, result in zip(step.calls, done, strict=True):
                    yield CallFinished(prepared.call, result)
        try:
            step = planned.steps.send(done)
        except StopIteration as stop:
            yield RunFinished(stop.value)
            return


async def aevents(planned: Planned) -> AsyncGenerator[RunEvent, None]:
    """`events`, for async code."""
    step = next(planned.steps)
    while True:
        done: AIMessage | Sequence[ToolMessage]
        match step:
            case Ask():
                async with planned.model(step).astream(step.messages) as stream:
                    async for delta in stream:
                        yield delta
                done = stream.message
                yield TurnFinished(done)
            case Make():
                for prepared in step.calls:
                    yield CallStarted(prepared.call)
                done = await amake_all(step.calls, parallel=planned.parallel)
                for prepared, result in zip(step.calls, done, strict=True):
                    yield CallFinished(prepared.call, result)
        try:
            step = planned.steps.send(done)
        except StopIteration as stop:
            yield RunFinished(stop.value)
            return
