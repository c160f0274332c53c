"""OpenTelemetry providers that keep spans and measurements; they implement its API, so that the SDK is not needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.metrics import Histogram, Meter, MeterProvider, NoOpHistogram, NoOpMeter
from opentelemetry.trace import (
    NonRecordingSpan,
    NoOpTracer,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    TracerProvider,
)
from opentelemetry.util.types import AnyValue, Attributes
from typing_extensions import override

from god_llm import (
    LanguageModel,
)
from god_llm.middleware import Traced


class RecordedSpan(NonRecordingSpan):
    """A span that keeps what it is told."""

    def __init__(self, name: str, kind: SpanKind, attributes: Attributes) -> None:
        super().__init__(SpanContext(1, 2, is_remote=False))
        self.name = name
        self.kind = kind
        self.attributes: dict[str, object] = dict(attributes or {})
        self.status: tuple[StatusCode, str | None] = (StatusCode.UNSET, None)
        self.ended = 0

    @override
    def is_recording(self) -> bool:
        return not self.ended

    @override
    def set_attributes(self, attributes: Mapping[str, AnyValue]) -> None:
        self.attributes.update(attributes)

    @override
    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        assert isinstance(status, StatusCode)
        self.status = (status, description)

    @override
    def end(self, end_time: int | None = None) -> None:
        self.ended += 1


class RecordingTracer(NoOpTracer):
    """Makes spans that are kept."""

    def __init__(self, spans: list[RecordedSpan]) -> None:
        self._spans = spans

    @override
    def start_span(
        self,
        name: str,
        context: Context | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Attributes = None,
        links: Sequence[trace.Link] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
    ) -> Span:
        self._spans.append(RecordedSpan(name, kind, attributes))
        return self._spans[-1]


class RecordingHistogram(NoOpHistogram):
    """Keeps measurements."""

    def __init__(self, name: str, unit: str, kept: list[tuple[str, str, float, Attributes]]) -> None:
        super().__init__(name, unit)
        self._key = (name, unit)
        self._kept = kept

    @override
    def record(self, amount: float, attributes: Attributes = None, context: Context | None = None) -> None:
        self._kept.append((*self._key, amount, dict(attributes or {})))


class RecordingMeter(NoOpMeter):
    """Makes histograms whose measurements are kept."""

    def __init__(self, kept: list[tuple[str, str, float, Attributes]]) -> None:
        super().__init__("recording")
        self._kept = kept

    @override
    def create_histogram(
        self,
        name: str,
        unit: str = "",
        description: str = "",
        *,
        explicit_bucket_boundaries_advisory: Sequence[float] | None = None,
    ) -> Histogram:
        assert explicit_bucket_boundaries_advisory is not None
        return RecordingHistogram(name, unit, self._kept)


@dataclass
class Recorder(TracerProvider, MeterProvider):
    """Keeps spans and measurements."""

    spans: list[RecordedSpan] = field(default_factory=list)
    measured: list[tuple[str, str, float, Attributes]] = field(default_factory=list)

    @override
    def get_tracer(
        self,
        instrumenting_module_name: str,
        instrumenting_library_version: str | None = None,
        schema_url: str | None = None,
        attributes: Attributes = None,
    ) -> Tracer:
        return RecordingTracer(self.spans)

    @override
    def get_meter(
        self,
        name: str,
        version: str | None = None,
        schema_url: str | None = None,
        attributes: Attributes = None,
    ) -> Meter:
        return RecordingMeter(self.measured)

    def traced(self, inner: LanguageModel) -> Traced:
        """The model, recorded here."""
        return Traced(inner, tracer_provider=self, meter_provider=self)

    @property
    def span(self) -> RecordedSpan:
        """The only span, which has ended once."""
        (span,) = self.spans
        assert span.ended == 1
        return span
