"""Spans and metrics of one call, by OpenTelemetry's GenAI conventions.

https://opentelemetry.io/docs/specs/semconv/gen-ai/
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from opentelemetry import metrics, trace
from typing_extensions import override

from god_llm.domain.providers import TELEMETRY_NAMES
from god_llm.middleware.telemetry_content import StreamedParts, input_messages, output_messages, system_instructions
from god_llm.middleware.watching import Watch

if TYPE_CHECKING:
    from god_llm.domain.call import Call
    from god_llm.domain.deltas import Delta
    from god_llm.domain.messages import AIMessage

__all__ = ["CONTENT_SWITCH", "Instruments", "TracedCall", "captures_content"]

Attribute: TypeAlias = str | int | float | tuple[str, ...]

CONTENT_SWITCH: Final = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
"""The environment variable that lets prompts and answers onto spans."""
_ON: Final = frozenset({"true", "1", "span_only", "span_and_event"})

_OPERATION: Final = "chat"
_SETTINGS: Final[Mapping[str, str]] = {
    "temperature": "gen_ai.request.temperature",
    "max_tokens": "gen_ai.request.max_tokens",
    "top_p": "gen_ai.request.top_p",
    "top_k": "gen_ai.request.top_k",
    "stop": "gen_ai.request.stop_sequences",
    "seed": "gen_ai.request.seed",
    "reasoning": "gen_ai.request.reasoning.level",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
}
"""Setting -> attribute of the span."""
_USAGE: Final[Mapping[str, str]] = {
    "input_tokens": "gen_ai.usage.input_tokens",
    "output_tokens": "gen_ai.usage.output_tokens",
    "cache_read_tokens": "gen_ai.usage.cache_read.input_tokens",
    "cache_write_tokens": "gen_ai.usage.cache_write.input_tokens",
    "reasoning_tokens": "gen_ai.usage.reasoning.output_tokens",
}
"""Token count -> attribute of the span."""
_TOKEN_TYPES: Final[Mapping[str, str]] = {"input_tokens": "input", "output_tokens": "output"}
"""Token count -> `gen_ai.token.type` of the metric."""
_SECONDS: Final = tuple(0.01 * 2**power for power in range(14))
_TOKENS: Final = tuple(4**power for power in range(14))
"""The bucket boundaries that the conventions ask for."""


class Instruments(NamedTuple):
    """The tracer and the histograms that record calls."""

    tracer: trace.Tracer
    seconds: metrics.Histogram
    tokens: metrics.Histogram

    @classmethod
    def of(cls, traces: trace.TracerProvider | None, meters: metrics.MeterProvider | None) -> Instruments:
        """The instruments of the providers; by default of those that the application has configured."""
        meter = metrics.get_meter("god_llm", meter_provider=meters)
        return cls(
            trace.get_tracer("god_llm", tracer_provider=traces),
            meter.create_histogram(
                "gen_ai.client.inference.duration",
                unit="s",
                description="GenAI operation duration",
                explicit_bucket_boundaries_advisory=_SECONDS,
            ),
            meter.create_histogram(
                "gen_ai.client.token.usage",
                unit="{token}",
                description="Number of input and output tokens used",
                explicit_bucket_boundaries_advisory=_TOKENS,
            ),
        )


def captures_content() -> bool:
    """True if the environment lets prompts and answers onto spans."""
    return os.environ.get(CONTENT_SWITCH, "").strip().lower() in _ON


class TracedCall(Watch):
    """The span of one call, and its metrics.

    Args:
        instruments: what records.
        call: the call.
        with_content: whether prompt and answer go onto the span.
    """

    def __init__(self, instruments: Instruments, call: Call, *, with_content: bool) -> None:
        self._instruments = instruments
        self._call = call
        self._parts = StreamedParts() if with_content else None

    def current(self) -> AbstractContextManager[trace.Span]:
        """The block in which the span is the current one, so that spans of the HTTP client are below it."""
        return trace.use_span(self._span, record_exception=False, set_status_on_exception=False)

    @override
    def begin(self) -> None:
        self._started = time.perf_counter()
        self._common: dict[str, Attribute] = {
            "gen_ai.operation.name": _OPERATION,
            "gen_ai.provider.name": TELEMETRY_NAMES.get(self._call.provider, self._call.provider),
            "gen_ai.request.model": self._call.model,
        }
        self._span = self._instruments.tracer.start_span(
            f"{_OPERATION} {self._call.model}", kind=trace.SpanKind.CLIENT, attributes=self._common
        )
        if self._span.is_recording():
            self._span.set_attributes(self._request())

    @override
    def answered(self, message: AIMessage) -> AIMessage:
        if self._parts is not None:
            self._parts.whole(message)
        return super().answered(message)

    @override
    def see(self, delta: Delta) -> None:
        if self._parts is not None:
            self._parts.add(delta)
        super().see(delta)

    @override
    def end(self, error: BaseException | None) -> None:
        if self.response_model is not None:
            self._common["gen_ai.response.model"] = self.response_model
        if isinstance(error, Exception):  # not a cancellation, nor a stream that was left
            self._common["error.type"] = type(error).__qualname__
            self._span.set_status(trace.StatusCode.ERROR, type(error).__qualname__)  # its text can hold the prompt
        if self._span.is_recording():
            self._span.set_attributes(self._response())
        with self.current():  # for exemplars
            self._record()
        self._span.end()

    def _record(self) -> None:
        self._instruments.seconds.record(time.perf_counter() - self._started, self._common)
        for name, kind in _TOKEN_TYPES.items():
            count: int | None = getattr(self.usage, name, None)
            if count is not None:
                self._instruments.tokens.record(count, {**self._common, "gen_ai.token.type": kind})

    def _request(self) -> dict[str, Attribute]:
        settings, messages = self._call.settings, self._call.messages
        attributes: dict[str, Attribute] = {
            attribute: value
            for name, attribute in _SETTINGS.items()
            if (value := getattr(settings, name)) is not None and value != ()
        }
        attributes["gen_ai.output.type"] = "text" if settings.response_schema is None else "json"
        if self._parts is not None:
            attributes["gen_ai.input.messages"] = input_messages(messages)
            instructions = system_instructions(messages)
            if instructions is not None:
                attributes["gen_ai.system_instructions"] = instructions
        return attributes

    def _response(self) -> dict[str, Attribute]:
        attributes: dict[str, Attribute] = {
            name: value for name in ("gen_ai.response.model", "error.type") if (value := self._common.get(name))
        }
        if self.response_id is not None:
            attributes["gen_ai.response.id"] = self.response_id
        if self.finish_reason is not None:
            attributes["gen_ai.response.finish_reasons"] = (self.finish_reason,)
        for name, attribute in _USAGE.items():
            count: int | None = getattr(self.usage, name, None)
            if count is not None:
                attributes[attribute] = count
        if self._parts is not None and self.begun:
            attributes["gen_ai.output.messages"] = output_messages(self._parts.parts(), self.finish_reason)
        return attributes
