"""Many prompts at once: as many calls under way as asked for, prompts taken from their source as they are needed.

A source may be endless: no more prompts are held than calls are under way.
"""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterable,
    Iterator,
    Sized,
)
from contextlib import aclosing, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, Literal, Protocol, TypeAlias, TypeVar, overload

from god_llm.domain.exceptions import InvalidSettingError
from god_llm.domain.messages import AIMessage, ModelT

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import Executor, Future

    from rich.progress import Progress

__all__ = ["BatchResult", "Batching", "Prompts"]

PromptT = TypeVar("PromptT")
PromptT_contra = TypeVar("PromptT_contra", contravariant=True)
ResultT = TypeVar("ResultT")

DEFAULT_CONCURRENCY: Final = 8
"""Calls under way at the same time, where none is asked for."""

Prompts: TypeAlias = Iterable[PromptT] | AsyncIterable[PromptT]
"""Where prompts come from, for async code."""


@dataclass(frozen=True, slots=True)
class BatchResult(Generic[ModelT]):
    """What became of one prompt: a message, or the exception in its place.

    Attributes:
        index: which prompt it was, counted from 0.
        message: the answer, or None.
        error: why there is none, or None.
    """

    index: int
    message: AIMessage[ModelT] | None = None
    error: Exception | None = None

    def get(self) -> AIMessage[ModelT]:
        """The message; its exception is raised where there is none."""
        if self.message is not None:
            return self.message
        raise self.error or InvalidSettingError("a result has a message or an error")


class _Answers(Protocol[PromptT_contra, ModelT]):
    """Whatever answers prompts of some type."""

    def generate(self, prompt: PromptT_contra) -> AIMessage[ModelT]: ...
    async def agenerate(self, prompt: PromptT_contra) -> AIMessage[ModelT]: ...


class Batching:
    """Many prompts at once, on top of `generate` and `agenerate`."""

    @overload
    def batch(
        self: _Answers[PromptT, ModelT],
        prompts: Iterable[PromptT],
        *,
        max_concurrency: int = ...,
        return_exceptions: Literal[False] = ...,
        progress: bool = ...,
        executor: Executor | None = ...,
    ) -> list[AIMessage[ModelT]]: ...
    @overload
    def batch(
        self: _Answers[PromptT, ModelT],
        prompts: Iterable[PromptT],
        *,
        max_concurrency: int = ...,
        return_exceptions: Literal[True],
        progress: bool = ...,
        executor: Executor | None = ...,
    ) -> list[AIMessage[ModelT] | Exception]: ...
    def batch(
        self: _Answers[PromptT, ModelT],
        prompts: Iterable[PromptT],
        *,
        max_concurrency: int = DEFAULT_CONCURRENCY,
        return_exceptions: bool = False,
        progress: bool = False,
        executor: Executor | None = None,
    ) -> list[AIMessage[ModelT]] | list[AIMessage[ModelT] | Exception]:
        """The answers, in the order of the prompts.

        Args:
            prompts: taken one by one, as calls become free.
            max_concurrency: calls under way at the same time, each in a thread.
            return_exceptions: put a failure in the place of its answer; otherwise the first one is raised,
                and no more calls are started.
            progress: show a progress bar on the terminal.
            executor: runs the calls in place of our threads; any `concurrent.futures.Executor`, of processes or
                of other machines too. The model is pickled for it, without keys and connections.

        Raises:
            InvalidSettingError: `max_concurrency` is less than 1.
            BaseLLMException: a call failed.
        """
        results = _completed(self.generate, prompts, max_concurrency=max_concurrency, executor=executor)
        with closing(results), _shown(prompts, progress=progress) as moved:
            outcomes = {r.index: _outcome(moved(r), return_exceptions=return_exceptions) for r in results}
        return [outcomes[index] for index in sorted(outcomes)]

    def batch_iter(
        self: _Answers[PromptT, ModelT],
        prompts: Iterable[PromptT],
        *,
        max_concurrency: int = DEFAULT_CONCURRENCY,
        progress: bool = False,
        executor: Executor | None = None,
    ) -> Generator[BatchResult[ModelT], None, None]:
        """The results as they complete, failures among them; arguments as for `batch`.

        Leaving the loop takes no more prompts; `close()` waits for the calls under way.
        """
        results = _completed(self.generate, prompts, max_concurrency=max_concurrency, executor=executor)
        with closing(results), _shown(prompts, progress=progress) as moved:
            for result in results:
                yield moved(result)

    @overload
    async def abatch(
        self: _Answers[PromptT, ModelT],
        prompts: Prompts[PromptT],
        *,
        max_concurrency: int = ...,
        return_exceptions: Literal[False] = ...,
        progress: bool = ...,
    ) -> list[AIMessage[ModelT]]: ...
    @overload
    async def abatch(
        self: _Answers[PromptT, ModelT],
        prompts: Prompts[PromptT],
        *,
        max_concurrency: int = ...,
        return_exceptions: Literal[True],
        progress: bool = ...,
    ) -> list[AIMessage[ModelT] | Exception]: ...
    async def abatch(
        self: _Answers[PromptT, ModelT],
        prompts: Prompts[PromptT],
        *,
        max_concurrency: int = DEFAULT_CONCURRENCY,
        return_exceptions: bool = False,
        progress: bool = False,
    ) -> list[AIMessage[ModelT]] | list[AIMessage[ModelT] | Exception]:
        """`batch`, for async code on asyncio; prompts may come from an async source."""
        results = _acompleted(self.agenerate, prompts, max_concurrency=max_concurrency)
        async with aclosing(results):
            with _shown(prompts, progress=progress) as moved:
                outcomes = {r.index: _outcome(moved(r), return_exceptions=return_exceptions) async for r in results}
        return [outcomes[index] for index in sorted(outcomes)]

    async def abatch_iter(
        self: _Answers[PromptT, ModelT],
        prompts: Prompts[PromptT],
        *,
        max_concurrency: int = DEFAULT_CONCURRENCY,
        progress: bool = False,
    ) -> AsyncGenerator[BatchResult[ModelT], None]:
        """`batch_iter`, for async code on asyncio; `aclose()` cancels the calls under way."""
        results = _acompleted(self.agenerate, prompts, max_concurrency=max_concurrency)
        async with aclosing(results):
            with _shown(prompts, progress=progress) as moved:
                async for result in results:
                    yield moved(result)


def _completed(
    generate: Callable[[PromptT], AIMessage[ModelT]],
    prompts: Iterable[PromptT],
    *,
    max_concurrency: int,
    executor: Executor | None,
) -> Generator[BatchResult[ModelT], None, None]:
    """The results as they complete. Closing it takes no more prompts and waits for the calls under way."""
    from concurrent.futures import FIRST_COMPLETED, wait

    _check(max_concurrency)
    numbered = enumerate(prompts)
    with _pool(executor, max_concurrency) as pool:
        under_way: dict[Future[AIMessage[ModelT]], int] = {}

        def fill() -> None:
            while len(under_way) < max_concurrency:
                following = next(numbered, None)
                if following is None:
                    return
                under_way[pool.submit(generate, following[1])] = following[0]

        try:
            fill()
            while under_way:
                done, _ = wait(under_way, return_when=FIRST_COMPLETED)
                results = [_result(under_way.pop(future), future) for future in done]
                fill()
                yield from results
        finally:
            for future in under_way:
                future.cancel()


async def _acompleted(
    agenerate: Callable[[PromptT], Awaitable[AIMessage[ModelT]]], prompts: Prompts[PromptT], *, max_concurrency: int
) -> AsyncGenerator[BatchResult[ModelT], None]:
    """`_completed`, on asyncio's event loop. Closing it cancels the calls under way."""
    import asyncio

    _check(max_concurrency)
    source = _numbered(prompts)
    under_way: dict[asyncio.Future[AIMessage[ModelT]], int] = {}
    try:
        more = True
        while more or under_way:
            while more and len(under_way) < max_concurrency:
                following = await anext(source, None)
                if following is None:
                    more = False
                else:
                    under_way[asyncio.ensure_future(agenerate(following[1]))] = following[0]
            if under_way:
                done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                for future in done:
                    yield _result(under_way.pop(future), future)
    finally:
        for future in under_way:
            future.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await source.aclose()


def _outcome(result: BatchResult[ModelT], *, return_exceptions: bool) -> AIMessage[ModelT] | Exception:
    """The message, or its exception: returned or raised."""
    return result.error if return_exceptions and result.error is not None else result.get()


@contextmanager
def _shown(prompts: object, *, progress: bool) -> Iterator[Callable[[ResultT], ResultT]]:
    """A function that each result is passed through: it moves a progress bar on the terminal, if one is wanted."""
    if not progress:
        yield lambda result: result
        return
    with _bar() as bar:
        task = bar.add_task("prompts", total=len(prompts) if isinstance(prompts, Sized) else None)

        def moved(result: ResultT) -> ResultT:
            bar.advance(task)
            return result

        yield moved


def _bar() -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())


def _check(max_concurrency: int) -> None:
    if max_concurrency < 1:
        raise InvalidSettingError(f"max_concurrency must be at least 1, not {max_concurrency}")


@contextmanager
def _pool(executor: Executor | None, max_concurrency: int) -> Iterator[Executor]:
    """The caller's executor, left open; or threads of our own, which end with the batch."""
    if executor is not None:
        yield executor
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_concurrency, thread_name_prefix="god_llm-batch") as own:
        yield own


def _result(index: int, future: Future[AIMessage[ModelT]] | asyncio.Future[AIMessage[ModelT]]) -> BatchResult[ModelT]:
    error = future.exception()
    if error is None:
        return BatchResult(index, message=future.result())
    if not isinstance(error, Exception):
        raise error  # an interrupt is not a result
    return BatchResult(index, error=error)


async def _numbered(prompts: Prompts[PromptT]) -> AsyncGenerator[tuple[int, PromptT], None]:
    index = 0
    if isinstance(prompts, AsyncIterable):
        async for prompt in _typed(prompts):
            yield index, prompt
            index += 1
        return
    for prompt in prompts:
        yield index, prompt
        index += 1


def _typed(prompts: AsyncIterable[PromptT]) -> AsyncIterator[PromptT]:
    return aiter(prompts)
