"""`Traced` with OpenTelemetry's own SDK: finished spans and collected metrics."""

from __future__ import annotations

from functools import partial

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from god_llm import ChatOpenAI, RateLimitError
from god_llm.middleware import Traced
from god_llm.plugins.openai.chat_completions.wire import Request
from god_llm.testing import FakeTransport

REPLY: dict[str, object] = {
    "id": "r1",
    "model": "gpt-5.5-2026",
    "choices": [{"index": 0, "message": {"content": "Because."}, "finish_reason": "stop"}],
    "usage": {
        "prompt_tokens": 12,
        "completion_tokens": 7,
        "total_tokens": 19,
        "completion_tokens_details": {"reasoning_tokens": 5},
    },
}


@pytest.mark.parametrize("streamed", [False, True])
def test_a_call_is_a_span_and_two_metrics(streamed: bool) -> None:
    """The SDK exports one client span with model, usage and finish reason, and the histograms of time and tokens."""
    exporter, reader = InMemorySpanExporter(), InMemoryMetricReader()
    traces = TracerProvider()
    traces.add_span_processor(SimpleSpanProcessor(exporter))
    traced = partial(Traced, tracer_provider=traces, meter_provider=MeterProvider([reader]))
    reply: object = REPLY
    if streamed:
        delta = {"index": 0, "delta": {"content": "Because."}, "finish_reason": "stop"}
        reply = [{**REPLY, "choices": [delta]}, {"type": "[DONE]"}]
    transport: FakeTransport[Request] = FakeTransport(reply)  # type: ignore[arg-type]  # a reply or events
    llm = ChatOpenAI("gpt-5.5", api="chat_completions", transport=transport, middleware=[traced], max_tokens=50)
    if streamed:
        with llm.stream("Why is the sky blue?") as stream:
            assert "".join(stream.text) == "Because."
    else:
        llm.generate("Why is the sky blue?")
    (span,) = exporter.get_finished_spans()
    assert (span.name, span.kind) == ("chat gpt-5.5", SpanKind.CLIENT)
    assert span.attributes is not None
    wanted = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-5.5",
        "gen_ai.request.max_tokens": 50,
        "gen_ai.response.id": "r1",
        "gen_ai.response.model": "gpt-5.5-2026",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 12,
        "gen_ai.usage.output_tokens": 7,
        "gen_ai.usage.reasoning.output_tokens": 5,
    }
    assert {name: span.attributes.get(name) for name in wanted} == wanted
    assert "sky" not in span.to_json()
    data = reader.get_metrics_data()
    assert data is not None
    names = {metric.name for each in data.resource_metrics for scope in each.scope_metrics for metric in scope.metrics}
    assert names == {"gen_ai.client.inference.duration", "gen_ai.client.token.usage"}


def test_a_failure_is_an_error_span() -> None:
    """The span of a failed call has the status and the type of the error, and no text of it."""
    exporter, traces = InMemorySpanExporter(), TracerProvider()
    traces.add_span_processor(SimpleSpanProcessor(exporter))
    transport: FakeTransport[Request] = FakeTransport(RateLimitError("slow down, sk-secret"))
    llm = ChatOpenAI(
        "gpt-5.5",
        api="chat_completions",
        transport=transport,
        middleware=[partial(Traced, tracer_provider=traces, meter_provider=MeterProvider())],
    )
    with pytest.raises(RateLimitError):
        llm.generate("hi")
    (span,) = exporter.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {}).get("error.type") is not None
    assert "sk-secret" not in span.to_json()
