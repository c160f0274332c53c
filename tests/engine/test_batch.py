"""Batches, on any model."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from typing_extensions import override

from god_llm import AIMessage, BaseLLM, CustomProvider, InvalidSettingError, PromptError
from god_llm.engine.batch_result import BatchResult


class Doubling(BaseLLM):
    """Says everything twice; counts the calls under way; slow for prompts that begin with "slow"."""

    def __init__(self) -> None:
        super().__init__(CustomProvider("doubling"), "key")
        self.under_way = 0
        self.most = 0
        self.asked: list[str] = []
        self._lock = threading.Lock()

    @override
    def generate(self, prompt: str) -> AIMessage:
        with self._lock:
            self.asked.append(prompt)
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        try:
            time.sleep(0.05 if prompt.startswith("slow") else 0.002)
            if prompt.startswith("bad"):
                raise PromptError(prompt)
            return AIMessage(content=prompt * 2)
        finally:
            with self._lock:
                self.under_way -= 1


@pytest.fixture
def llm() -> Doubling:
    """A model."""
    return Doubling()


def test_results_are_in_the_order_of_the_prompts(llm: Doubling) -> None:
    """However long each takes, answers stand where their prompts stood."""
    assert [message.content for message in llm.batch(["slow", "a", "b"])] == ["slowslow", "aa", "bb"]
    assert [m.content for m in asyncio.run(llm.abatch(["slow", "a", "b"]))] == ["slowslow", "aa", "bb"]


def test_no_more_calls_than_asked_for(llm: Doubling) -> None:
    """`max_concurrency` is the most calls at the same time, and it is reached."""
    llm.batch([f"slow{n}" for n in range(12)], max_concurrency=3)
    assert llm.most == 3
    llm.most = 0
    asyncio.run(llm.abatch([f"slow{n}" for n in range(12)], max_concurrency=4))
    assert llm.most == 4


def test_an_endless_source_is_not_held(llm: Doubling) -> None:
    """Prompts are taken as calls become free, and leaving the loop takes no more."""
    taken = itertools.count()
    source = (f"{next(taken)}" for _ in itertools.repeat(None))
    results = llm.batch_iter(source, max_concurrency=2)
    seen = list(itertools.islice(results, 10))
    results.close()
    assert len(seen) == 10
    assert next(taken) <= 10 + 2 * 2
    assert llm.under_way == 0


def test_an_endless_async_source_is_not_held(llm: Doubling) -> None:
    """The same for async code, from an async source, with the calls under way cancelled."""
    taken = itertools.count()

    async def source() -> AsyncIterator[str]:
        while True:
            yield f"{next(taken)}"

    async def some() -> int:
        results = llm.abatch_iter(source(), max_concurrency=2)
        seen = 0
        async for result in results:
            assert result.get().content
            seen += 1
            if seen == 10:
                break
        await results.aclose()
        return len([task for task in asyncio.all_tasks() if not task.done()])

    assert asyncio.run(some()) == 1  # the running task alone
    assert next(taken) <= 10 + 2 * 2


def test_a_slow_source_holds_no_result_up(llm: Doubling) -> None:
    """A source may wait for results: a conversation, say, whose next prompt follows from the last answer."""

    async def run() -> list[str]:
        answered = asyncio.Event()

        async def source() -> AsyncIterator[str]:
            yield "a"
            await answered.wait()
            yield "b"

        said = []
        async for result in llm.abatch_iter(source(), max_concurrency=5):
            said.append(result.get().content)
            answered.set()
        return said

    assert asyncio.run(asyncio.wait_for(run(), 5)) == ["aa", "bb"]


def test_a_source_that_fails_is_heard(llm: Doubling) -> None:
    """An exception of the source comes out, and the calls under way are given up."""

    async def source() -> AsyncIterator[str]:
        yield "slow"
        raise LookupError("no more prompts")

    async def run() -> int:
        with pytest.raises(LookupError):
            await llm.abatch(source())
        return len(asyncio.all_tasks())

    assert asyncio.run(run()) == 1


def test_results_come_as_they_complete(llm: Doubling) -> None:
    """A slow prompt holds nobody up, and each result says whose it is."""
    assert [result.index for result in llm.batch_iter(["slow", "a", "b"])][-1] == 0

    async def indexes() -> list[int]:
        return [result.index async for result in llm.abatch_iter(["slow", "a", "b"])]

    assert asyncio.run(indexes())[-1] == 0


def test_failures_stand_in_their_places(llm: Doubling) -> None:
    """With `return_exceptions` a failure is a value; `batch_iter` always gives it as one."""
    for outcomes in (
        llm.batch(["a", "bad", "c"], return_exceptions=True),
        asyncio.run(llm.abatch(["a", "bad", "c"], return_exceptions=True)),
    ):
        assert [type(outcome) for outcome in outcomes] == [AIMessage, PromptError, AIMessage]
    by_index = {result.index: result for result in llm.batch_iter(["a", "bad"])}
    assert isinstance(by_index[1].error, PromptError)
    with pytest.raises(PromptError):
        by_index[1].get()


def test_the_first_failure_is_raised_and_stops_the_batch(llm: Doubling) -> None:
    """Without `return_exceptions` the failure comes out, and prompts not yet asked stay unasked."""
    prompts = ["bad", *(f"slow{n}" for n in range(50))]
    with pytest.raises(PromptError):
        llm.batch(prompts, max_concurrency=2)
    with pytest.raises(PromptError):
        asyncio.run(llm.abatch(prompts, max_concurrency=2))
    assert len(llm.asked) < 20


def test_an_executor_of_the_callers_runs_the_calls(llm: Doubling) -> None:
    """Any `concurrent.futures.Executor` serves, and is left open."""
    with ThreadPoolExecutor(2, thread_name_prefix="mine") as executor:
        assert len(llm.batch([*"abc"], executor=executor)) == 3
        assert executor.submit(int, "1").result() == 1


def test_no_thread_is_left(llm: Doubling) -> None:
    """Our threads end with the batch, also with one that was left early."""
    results: Iterator[BatchResult] = llm.batch_iter(f"{n}" for n in range(100))
    next(results)
    del results
    llm.batch([*"abc"])
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("god_llm")]


def test_a_progress_bar_counts_the_results(llm: Doubling, capsys: pytest.CaptureFixture[str]) -> None:
    """`progress=True` shows how many of how many are done."""
    llm.batch([*"abc"], progress=True)
    assert "3/3" in capsys.readouterr().out
    asyncio.run(llm.abatch([*"ab"], progress=True))
    assert "2/2" in capsys.readouterr().out


def test_nothing_asked_is_nothing_answered(llm: Doubling) -> None:
    """No prompts give no answers, and a senseless concurrency is an error."""
    assert llm.batch([]) == []
    assert asyncio.run(llm.abatch([])) == []
    with pytest.raises(InvalidSettingError, match="max_concurrency"):
        llm.batch(["a"], max_concurrency=0)


@pytest.mark.parametrize("one", ["Hello", b"Hello", {"greeting": "Hello"}])
def test_one_prompt_is_no_batch(llm: Doubling, one: Any) -> None:  # Any: the plugin would refuse these
    """A text, whose letters would be asked one by one, and a dict are refused by every method, and nothing is asked."""

    async def by_async_methods() -> None:
        with pytest.raises(PromptError, match="several prompts"):
            await llm.abatch(one)
        with pytest.raises(PromptError, match="several prompts"):
            [result async for result in llm.abatch_iter(one)]

    with pytest.raises(PromptError, match="several prompts"):
        llm.batch(one)
    with pytest.raises(PromptError, match="several prompts"):
        list(llm.batch_iter(one))
    asyncio.run(by_async_methods())
    assert llm.asked == []
