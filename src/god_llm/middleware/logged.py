"""Logs calls with the standard library's logging."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, closing
from logging import DEBUG, ERROR, INFO, Logger
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from god_llm.transports.logs import CALLS, Fields, error_fields, write

if TYPE_CHECKING:
    from god_llm.domain.call import Call
    from god_llm.domain.deltas import Delta
    from god_llm.domain.finish import FinishReason
    from god_llm.domain.messages import AIMessage
    from god_llm.domain.usage import Usage
    from god_llm.protocols import LanguageModel

__all__ = ["Logged"]

_REQUEST: Final = "%(provider)s %(model)s: request (messages: %(messages)d, settings: %(settings)s)"
_ANSWER: Final = (
    "%(provider)s %(model)s: answer after %(seconds).3f s (finish reason %(finish_reason)s,"
    " input tokens %(input_tokens)s, output tokens %(output_tokens)s)"
)
_FAILURE: Final = (
    "%(provider)s %(model)s: %(error)s after %(seconds).3f s (status %(status)s, code %(code)s, request %(request_id)s)"
)
_LEFT: Final = "%(provider)s %(model)s: left after %(seconds).3f s, before the answer was complete"


class Logged:
    """Logs every call of a language model: `ChatX(..., middleware=[Logged])`.

    The levels: a request DEBUG; an answer INFO, with finish reason, token counts and seconds; a failure ERROR, with
    class, status, code and request id; a call that was cancelled, or a stream left early, DEBUG. After its request,
    each call has one of the other three records; a stream has it at its end. Records hold no prompt, no answer, no
    tool arguments, no text or body of an error and no key. Every field is an attribute of the record, for structured
    logs.

    Args:
        inner: the language model to wrap.
        logger: where the records go; by default `god_llm.calls`, which is silent until the application configures
            logging.
    """

    def __init__(self, inner: LanguageModel, *, logger: Logger = CALLS) -> None:
        self.inner = inner
        self._logger = logger

    def respond(self, call: Call, /) -> AIMessage:
        """See `LanguageModel.respond`."""
        if self._is_off():
            return self.inner.respond(call)
        with _CallLog(self._logger, call, streamed=False) as log:
            return log.answered(self.inner.respond(call))

    async def arespond(self, call: Call, /) -> AIMessage:
        """See `LanguageModel.arespond`."""
        if self._is_off():
            return await self.inner.arespond(call)
        with _CallLog(self._logger, call, streamed=False) as log:
            return log.answered(await self.inner.arespond(call))

    def stream(self, call: Call, /) -> Generator[Delta, None, None]:
        """See `LanguageModel.stream`."""
        if self._is_off():
            return self.inner.stream(call)
        return self._logged_stream(call)

    def astream(self, call: Call, /) -> AsyncGenerator[Delta, None]:
        """See `LanguageModel.astream`."""
        if self._is_off():
            return self.inner.astream(call)
        return self._logged_astream(call)

    def _logged_stream(self, call: Call) -> Generator[Delta, None, None]:
        with _CallLog(self._logger, call, streamed=True) as log, closing(self.inner.stream(call)) as deltas:
            see = log.reader() if self._logger.isEnabledFor(INFO) else _ignore
            for delta in deltas:
                see(delta)
                yield delta

    async def _logged_astream(self, call: Call) -> AsyncGenerator[Delta, None]:
        with _CallLog(self._logger, call, streamed=True) as log:
            async with aclosing(self.inner.astream(call)) as deltas:
                see = log.reader() if self._logger.isEnabledFor(INFO) else _ignore
                async for delta in deltas:
                    see(delta)
                    yield delta

    def _is_off(self) -> bool:
        """True if even failures are not logged: then the inner model is called directly."""
        return not self._logger.isEnabledFor(ERROR)


class _CallLog:
    """The records of one call: the request at the start of the block, what became of it at its end."""

    def __init__(self, logger: Logger, call: Call, *, streamed: bool) -> None:
        self._logger = logger
        self._call = call
        self._streamed = streamed
        self._complete = False
        self._finish_reason: FinishReason | None = None
        self._usage: Usage | None = None

    def __enter__(self) -> Self:
        self._started = time.perf_counter()
        self._write(DEBUG, "request", _REQUEST, self._request_fields)
        return self

    def answered(self, message: AIMessage) -> AIMessage:
        """The message, once its facts are noted."""
        self._complete = True
        self._finish_reason, self._usage = message.finish_reason, message.usage
        return message

    def reader(self) -> Callable[[Delta], None]:
        """A function that notes the facts of a stream's deltas."""
        from god_llm.domain.deltas import FinishedDelta, UsageDelta  # only streams need them

        def see(delta: Delta) -> None:
            if isinstance(delta, UsageDelta):
                self._usage = delta.usage
            elif isinstance(delta, FinishedDelta):
                self._complete, self._finish_reason = True, delta.finish_reason

        return see

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):
            failed: Exception = error
            self._write(ERROR, "failure", _FAILURE, lambda: error_fields(failed))
        elif error is None or self._complete:  # a reader may leave a stream after its last delta
            self._write(INFO, "answer", _ANSWER, self._answer_fields)
        else:
            self._write(DEBUG, "left", _LEFT, dict)

    def _write(self, level: int, event: str, template: str, more: Callable[[], Fields]) -> None:
        if self._logger.isEnabledFor(level):
            write(self._logger, level, template, {**self._call_fields(event), **more()})

    def _call_fields(self, event: str) -> Fields:
        return {
            "event": event,
            "provider": self._call.provider,
            "model": self._call.model,
            "streamed": self._streamed,
            "seconds": time.perf_counter() - self._started,
        }

    def _request_fields(self) -> Fields:
        """The size of the request, and the names of its settings without their values."""
        names = ", ".join(self._call.settings.given())
        return {"messages": len(self._call.messages), "settings": names or "none"}

    def _answer_fields(self) -> Fields:
        usage = self._usage
        return {
            "finish_reason": self._finish_reason,
            "input_tokens": usage and usage.input_tokens,
            "output_tokens": usage and usage.output_tokens,
        }


def _ignore(_: Delta) -> None:
    """Answers are not logged: nothing needs to be known of them."""
