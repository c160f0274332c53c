"""The guard: a test that would reach a real provider fails, before a connection is opened.

It listens to Python's audit events, so it sees the connections of every SDK. What it stops is an address that is not
on this machine, asked for by a provider's own host name or by a call of this library. The application's other
connections, to a database say, are not its business.

https://docs.python.org/3/library/audit_events.html
"""

from __future__ import annotations

import gc
import ipaddress
import re
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Final

__all__ = ["Guard"]

_EVENTS: Final = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"})
_OURS: Final = re.compile(r"god_llm(?!\.testing)(\..*)?")
_DEEPEST: Final = 100


class Guard:
    """Stops connections to real providers while it is on.

    Args:
        stopped: makes the exception for a host; it should be one that no `except Exception` swallows.

    Attributes:
        on: whether it is on. It is for all threads and tasks of the process.
        reached: the hosts that were asked for while it was on.
    """

    def __init__(self, stopped: Callable[[str], BaseException]) -> None:
        self._stopped = stopped
        self._installed = False
        self.on = False
        self.reached: list[str] = []

    def install(self) -> None:
        """Listen from now on. Python's audit hooks stay until the process ends."""
        if not self._installed:
            self._installed = True
            sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.on or event not in _EVENTS:
            return
        host = _host(event, arguments)
        if host is None or _on_this_machine(host) or not (_is_a_providers(host) or _asked_by_us()):
            return
        self.reached.append(host)
        raise self._stopped(host)


def _host(event: str, arguments: tuple[object, ...]) -> str | None:
    """Where a connection is to go; None for a local socket, and where it can't be told."""
    where = arguments[0] if event.startswith("socket.get") else arguments[1]
    if isinstance(where, tuple):
        where = where[0] if where else None
    if isinstance(where, bytes) and event.startswith("socket.get"):
        where = where.decode(errors="replace")
    # The path of a local socket has slashes; no host's name has.
    return where if isinstance(where, str) and where and "/" not in where else None


def _is_a_providers(host: str) -> bool:
    """True if a host is one of a provider's own."""
    from god_llm.plugins import registry  # a session that connects to nothing loads no provider

    return any(registry.provider(name).owns(f"https://{host}") for name in registry.BUILT_IN)


def _on_this_machine(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host.lower() == "localhost" or host.lower().endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def _asked_by_us() -> bool:
    """Whether a call of this library waits for the connection: on this thread, or in a task of its loop."""
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 - the documented way to the stack
    while frame is not None:
        if frame.f_globals is not globals() and _is_ours(frame):
            return True
        frame = frame.f_back
    return any(_is_ours(waiting) for waiting in _frames_of_tasks())


def _is_ours(frame: FrameType) -> bool:
    return _OURS.fullmatch(str(frame.f_globals.get("__name__"))) is not None


def _frames_of_tasks() -> Iterator[FrameType]:
    """What the tasks of the running loop wait in. HTTP libraries connect in tasks of their own."""
    asyncio = sys.modules.get("asyncio")
    try:
        tasks = () if asyncio is None else asyncio.all_tasks()
    except RuntimeError:
        return  # no loop on this thread
    for task in tasks:
        yield from _frames_below(task.get_coro())


def _frames_below(awaited: object) -> Iterator[FrameType]:
    """The frames of a coroutine, and of what it waits for."""
    for _ in range(_DEEPEST):
        if awaited is None:
            return
        kind = next((k for k in ("cr", "ag", "gi") if hasattr(awaited, f"{k}_frame")), None)
        if kind is None:
            # The awaitable of an async generator's step does not name its generator.
            awaited = next((held for held in gc.get_referents(awaited) if hasattr(held, "ag_frame")), None)
            continue
        frame = getattr(awaited, f"{kind}_frame")
        if frame is not None:
            yield frame
        awaited = getattr(awaited, "gi_yieldfrom" if kind == "gi" else f"{kind}_await")
