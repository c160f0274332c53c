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
    Mapping,
    Sized,
)
from contextlib import aclosing, closing, contextmanager
from typing import TYPE_CHECKING, Final, Generic, Literal, Protocol, TypeAlias, TypeVar, overload

from typing_extensions import override

from god_llm.domain.exceptions import InvalidSettingError, PromptError
from god_llm.domain.identity import new_id
from god_llm.domain.messages import AIMessage, ModelT
from god_llm.engine.batch_result import BatchResult

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import Executor, Future

    from rich.progress import Progress

__all__ = ["Batching", "Prompts"]

PromptT = TypeVar("PromptT")
PromptT_contra = TypeVar("PromptT_contra", contravariant=True)
ResultT = TypeVar("ResultT")

DEFAULT_CONCURRENCY: Final = 8
"""Calls under way at the same time, where none is asked for."""

Prompts: TypeAlias = Iterable[PromptT] | AsyncIterable[PromptT]
"""Where prompts come from, for async code."""


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
                of other machines too. The model is pickled for it, without keys and connections: keys are looked
                up on the other side. It is given `max_concurrency` calls at a time, and left open.

        Raises:
            InvalidSettingError: `max_concurrency` is less than 1.
            PromptError: the prompts are one text, whose letters would be asked one by one, or a dict.
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

    _check(prompts, max_concurrency)
    numbered = enumerate(prompts)
    call = generate if executor is None else _Sent(generate)
    with _pool(executor, max_concurrency) as pool:
        under_way: dict[Future[AIMessage[ModelT]], int] = {}

        def fill() -> None:
            while len(under_way) < max_concurrency:
                following = next(numbered, None)
                if following is None:
                    return
                under_way[pool.submit(call, following[1])] = following[0]

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

    _check(prompts, max_concurrency)
    source = _numbered(prompts)
    following: asyncio.Future[tuple[int, PromptT] | None] | None = None
    under_way: dict[asyncio.Future[AIMessage[ModelT]], int] = {}
    more = True
    try:
        while more or under_way:
            if more and following is None and len(under_way) < max_concurrency:
                # In a task, since a slow source must not hold up the results that are there.
                following = asyncio.ensure_future(anext(source, None))
            done, _ = await asyncio.wait(_all_of(under_way, following), return_when=asyncio.FIRST_COMPLETED)
            if following is not None and following in done:
                taken, following = following.result(), None
                if taken is None:
                    more = False
                else:
                    under_way[asyncio.ensure_future(agenerate(taken[1]))] = taken[0]
            for future in [future for future in under_way if future in done]:
                yield _result(under_way.pop(future), future)
    finally:
        left = _all_of(under_way, following)
        for each in left:
            each.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await source.aclose()


def _all_of(
    calls: Iterable[asyncio.Future[AIMessage[ModelT]]], prompt: asyncio.Future[tuple[int, PromptT] | None] | None
) -> list[asyncio.Future[AIMessage[ModelT]] | asyncio.Future[tuple[int, PromptT] | None]]:
    return [*calls] if prompt is None else [*calls, prompt]


class _Sent(Generic[PromptT, ModelT]):
    """A model's `generate`, for an executor: however often it is pickled, a process that gets it keeps the first one.

    So the calls of one batch in one process share a model, and its connections.
    """

    def __init__(self, generate: Callable[[PromptT], AIMessage[ModelT]], name: str | None = None) -> None:
        self._generate = generate
        self._name = name or new_id()

    def __call__(self, prompt: PromptT) -> AIMessage[ModelT]:
        return self._generate(prompt)

    @override
    def __reduce__(self) -> tuple[object, ...]:
        return _arrived, (self._name, self._generate)


_ARRIVED: Final[dict[str, object]] = {}
_MOST_ARRIVED: Final = 8
"""How many batches' models a process keeps."""


def _arrived(name: str, generate: Callable[[PromptT], AIMessage[ModelT]]) -> object:
    """What came under this name before, else what has come now."""
    known = _ARRIVED.get(name)
    if known is not None:
        return known
    while len(_ARRIVED) >= _MOST_ARRIVED:
        _ARRIVED.pop(next(iter(_ARRIVED)), None)
    return _ARRIVED.setdefault(name, _Sent(generate, name))


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


def _check(prompts: object, max_concurrency: int) -> None:
    if isinstance(prompts, str | bytes | bytearray | Mapping):
        raise PromptError(
            f"a batch takes several prompts, not a {type(prompts).__name__}: give it a list, or a dict's values()"
        )
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
