"""The calls of one answer, made one after the other or at the same time, by sync and by async callers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as OutOfTime
from functools import partial
from typing import cast

import anyio
import anyio.to_thread

from god_llm.domain.exceptions import InvalidSettingError
from god_llm.domain.messages import ToolMessage
from god_llm.domain.runnable import RunnableTool, failed_message, result_message
from god_llm.engine.tool_loop.steps import Prepared

__all__ = ["amake", "amake_all", "make", "make_all"]


def make_all(calls: Sequence[Prepared], *, parallel: bool) -> Sequence[ToolMessage]:
    """The results of calls, in their order.

    Args:
        calls: the calls.
        parallel: True to make them at the same time, each in a thread.
    """
    if not parallel or len(calls) < 2:  # noqa: PLR2004 - one call needs no second thread
        return [make(call) for call in calls]
    with ThreadPoolExecutor(len(calls), thread_name_prefix="god_llm-tool") as pool:
        return list(pool.map(make, calls))


def make(prepared: Prepared) -> ToolMessage:
    """The result of one call; an exception that is not fatal is a failed result.

    Raises:
        InvalidSettingError: the tool is an async function.
    """
    tool = prepared.tool
    if tool is None or prepared.arguments is None:
        return _refused(prepared)
    if tool.is_async:
        raise InvalidSettingError(f"the tool {tool.tool.name!r} is an async function: use arun() or arun_stream()")
    try:
        result = _timed(tool, partial(tool.function, **prepared.arguments))
    except Exception as error:  # noqa: BLE001 - whatever a tool raises goes back to the model
        return _failed(prepared, tool, error)
    return result_message(prepared.call, result)


async def amake_all(calls: Sequence[Prepared], *, parallel: bool) -> Sequence[ToolMessage]:
    """`make_all`, for async code: functions run in threads, async functions as tasks."""
    if not parallel:
        return [await amake(call) for call in calls]
    results: dict[int, ToolMessage] = {}

    async def keep(number: int, call: Prepared) -> None:
        results[number] = await amake(call)

    async with anyio.create_task_group() as group:
        for number, call in enumerate(calls):
            group.start_soon(keep, number, call)
    return [results[number] for number in range(len(calls))]


async def amake(prepared: Prepared) -> ToolMessage:
    """`make`, for async code."""
    tool = prepared.tool
    if tool is None or prepared.arguments is None:
        return _refused(prepared)
    called = partial(tool.function, **prepared.arguments)
    try:
        with anyio.fail_after(tool.options.timeout):
            result = await _awaited(tool, called)
    except Exception as error:  # noqa: BLE001 - whatever a tool raises goes back to the model
        return _failed(prepared, tool, error)
    return result_message(prepared.call, result)


async def _awaited(tool: RunnableTool, called: Callable[[], object]) -> object:
    if tool.is_async:
        return await cast("Awaitable[object]", called())  # an async function, as its tool says
    return await anyio.to_thread.run_sync(called, abandon_on_cancel=True)


def _timed(tool: RunnableTool, called: Callable[[], object]) -> object:
    """The result of a function. With a timeout it runs in a thread, which Python can't stop when the time is over."""
    if tool.options.timeout is None:
        return called()
    pool = ThreadPoolExecutor(1, thread_name_prefix="god_llm-tool")
    try:
        return pool.submit(called).result(tool.options.timeout)
    finally:
        pool.shutdown(wait=False)


def _refused(prepared: Prepared) -> ToolMessage:
    assert prepared.result is not None
    return prepared.result


def _failed(prepared: Prepared, tool: RunnableTool, error: Exception) -> ToolMessage:
    """The exception of a tool as a failed result.

    Raises:
        Exception: the tool's options say that it is fatal.
    """
    if isinstance(error, tool.options.fatal):
        raise error
    if isinstance(error, OutOfTime | TimeoutError) and tool.options.timeout is not None:
        return failed_message(prepared.call, f"The tool did not answer in {tool.options.timeout:g} s.")
    return failed_message(prepared.call, f"{type(error).__name__}: {error}")
