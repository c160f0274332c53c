"""Traces and measures calls with OpenTelemetry."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, closing
from typing import TYPE_CHECKING

from typing_extensions import override

from god_llm.distribution import requirement
from god_llm.domain.exceptions import MissingDependencyError

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

    from god_llm.domain.call import Call
    from god_llm.domain.deltas import Delta
    from god_llm.domain.messages import AIMessage
    from god_llm.middleware.telemetry import Instruments, TracedCall
    from god_llm.protocols import LanguageModel

__all__ = ["Traced"]


class Traced:
    """Makes a span of every call, and measures its time and tokens: `ChatX(..., middleware=[Traced])`.

    Names and attributes follow OpenTelemetry's GenAI conventions. The span is current while the inner model works, also
    between the deltas of a stream, and not while the reader does. Prompts and answers are on the span only if the
    environment variable `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` is `true`, `span_only` or
    `span_and_event`; the texts of errors and the bytes of files never are.

    Args:
        inner: the language model to wrap.
        tracer_provider, meter_provider: by default those that the application has configured.

    Raises:
        MissingDependencyError: `opentelemetry-api` is not installed.
    """

    def __init__(
        self,
        inner: LanguageModel,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
    ) -> None:
        self.inner = inner
        self._providers = (tracer_provider, meter_provider)
        self._instruments: Instruments | None = None
        try:
            import opentelemetry.trace  # noqa: F401 - to fail now, not with the first call
        except ImportError as error:
            raise MissingDependencyError(
                f"Traced needs the opentelemetry-api package: pip install '{requirement('otel')}'"
            ) from error

    @override
    def __getstate__(self) -> dict[str, object]:
        """Without the instruments, which hold locks; another process makes its own."""
        return {**self.__dict__, "_instruments": None}

    def respond(self, call: Call, /) -> AIMessage:
        """See `LanguageModel.respond`."""
        with self._traced(call) as traced, traced.current():
            return traced.answered(self.inner.respond(call))

    async def arespond(self, call: Call, /) -> AIMessage:
        """See `LanguageModel.arespond`."""
        with self._traced(call) as traced, traced.current():
            return traced.answered(await self.inner.arespond(call))

    def stream(self, call: Call, /) -> Generator[Delta, None, None]:
        """See `LanguageModel.stream`."""
        with self._traced(call) as traced:
            with traced.current():
                deltas = self.inner.stream(call)
            with closing(deltas):
                while True:
                    with traced.current():
                        delta = next(deltas, None)
                    if delta is None:
                        return
                    traced.see(delta)
                    yield delta

    async def astream(self, call: Call, /) -> AsyncGenerator[Delta, None]:
        """See `LanguageModel.astream`."""
        with self._traced(call) as traced:
            with traced.current():
                deltas = self.inner.astream(call)
            async with aclosing(deltas):
                while True:
                    with traced.current():
                        delta = await anext(deltas, None)
                    if delta is None:
                        return
                    traced.see(delta)
                    yield delta

    def _traced(self, call: Call) -> TracedCall:
        from god_llm.middleware.telemetry import Instruments, TracedCall, captures_content

        if self._instruments is None:
            self._instruments = Instruments.of(*self._providers)
        return TracedCall(self._instruments, call, with_content=captures_content())
