"""Letting go of the frames of an exception."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType
from typing import TypeVar

__all__ = ["forget_frames"]

ErrorT = TypeVar("ErrorT", bound=BaseException | None)


def forget_frames(error: ErrorT) -> ErrorT:
    """The exception, without tracebacks in it and in those behind it.

    The frames of an HTTP library hold the headers of the request, and so the key: a debugger, a log of locals or an
    error tracker would show it. Types and texts stay. An exception that the application is handling while it makes
    the call keeps its traceback.
    """
    callers = {*_callers(sys._getframe(1))}  # noqa: SLF001 - the public `inspect.currentframe` is the same function
    seen = set[int]()
    waiting: list[BaseException | None] = [error]
    while waiting:
        behind = waiting.pop()
        if behind is None or id(behind) in seen or _handled_by(behind, callers):
            continue
        seen.add(id(behind))
        behind.__traceback__ = None
        waiting += [behind.__cause__, behind.__context__]
        if isinstance(behind, BaseExceptionGroup):
            waiting += behind.exceptions
    return error


def _callers(frame: FrameType) -> Iterator[int]:
    """The ids of the frames that called this one."""
    caller = frame.f_back
    while caller is not None:
        yield id(caller)
        caller = caller.f_back


def _handled_by(error: BaseException, callers: set[int]) -> bool:
    return error.__traceback__ is not None and id(error.__traceback__.tb_frame) in callers
