"""The methods of a model that run tools: `run`, `arun`, `run_stream` and `arun_stream`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Sequence

    from god_llm.domain.messages import Prompt
    from god_llm.domain.runs import Run, RunEvent
    from god_llm.domain.tools import ToolSource
    from god_llm.engine.tool_loop.options import RunOptions
    from god_llm.protocols import ChatGenerator

__all__ = ["RunsTools"]


class RunsTools:
    """The tool loop, over the methods of a `ChatGenerator`. It is loaded with the first run."""

    def run(
        self: ChatGenerator, prompt: Prompt | Run, tools: Sequence[ToolSource], **options: Unpack[RunOptions]
    ) -> Run:
        """Answer a prompt with tools: make the calls of each answer and send back the results, until there are none.

        Args:
            prompt: a text, a conversation, or a paused `Run`.
            tools: functions and bound methods; `@tool` sets how they are run.
            **options: see `RunOptions`.

        Raises:
            InvalidSettingError: a tool, a limit or a decision can't be used; nothing was sent.
            UnsupportedParameterError: there are no tools, or the model is known to take none; nothing was sent.
            RunLimitError: a limit is reached; `run` has the transcript.
            Exception: one that a tool's `fatal=` names.
        """
        from god_llm.engine.tool_loop.drivers import planned, run

        return run(planned(self, prompt, tools, options))

    async def arun(
        self: ChatGenerator, prompt: Prompt | Run, tools: Sequence[ToolSource], **options: Unpack[RunOptions]
    ) -> Run:
        """`run`, for async code: async functions are awaited, others run in threads."""
        from god_llm.engine.tool_loop.drivers import arun, planned

        return await arun(planned(self, prompt, tools, options))

    def run_stream(
        self: ChatGenerator, prompt: Prompt | Run, tools: Sequence[ToolSource], **options: Unpack[RunOptions]
    ) -> Generator[RunEvent, None, None]:
        """`run` as events: the deltas of each answer, its calls and results; `RunFinished`, with the run, is the last.

        Closing the generator ends the run and releases the connection.
        """
        from god_llm.engine.tool_loop.drivers import events, planned

        return events(planned(self, prompt, tools, options))

    def arun_stream(
        self: ChatGenerator, prompt: Prompt | Run, tools: Sequence[ToolSource], **options: Unpack[RunOptions]
    ) -> AsyncGenerator[RunEvent, None]:
        """`run_stream`, for async code."""
        from god_llm.engine.tool_loop.drivers import aevents, planned

        return aevents(planned(self, prompt, tools, options))
