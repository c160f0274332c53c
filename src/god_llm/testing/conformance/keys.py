"""Laws of keys: they reach the service, and nothing else."""

from __future__ import annotations

import pickle
import threading
import traceback
from collections.abc import Iterator
from typing import Final

import pytest

from god_llm.testing.conformance.capabilities import Facade
from god_llm.testing.conformance.failures import served
from god_llm.testing.conformance.recordings import Way
from god_llm.testing.conformance.suite import KEY, Suite, failure
from god_llm.testing.simulator.server import Reply, Request

__all__ = ["KeyLaws"]

_REFUSED: Final = Reply(401, {"content-type": "application/json"}, b'{"error": {"message": "no"}, "message": "no"}')


class KeyLaws(Suite):
    """The key is in no text."""

    def test_the_key_is_in_no_text_of_the_facade(self) -> None:
        """`repr`, `str` and formats of the facade and its parts don't show it; nor does what they hold, shown."""
        llm = self._real()
        for part in (llm, llm.auth, llm.transport, llm.async_transport, llm.formatter, llm.normaliser):
            for text in (repr(part), str(part), f"{part}", repr(getattr(part, "__dict__", None))):
                assert KEY not in text, type(part).__name__

    def test_the_key_is_in_no_pickle(self) -> None:
        """A pickled facade is without its key, in every protocol of pickle."""
        llm = self._real()
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            assert KEY.encode() not in pickle.dumps(llm, protocol), protocol

    def test_the_key_reaches_the_service(self, way: Way) -> None:
        """The real transport sends the key that the facade was given."""
        seen: list[str] = []
        seeing = threading.Lock()

        def service(request: Request) -> Reply:
            with seeing:
                seen.extend([request.query, *request.headers.values()])
            return _REFUSED

        with served(service) as url:
            failure(self.connect(url, KEY), way)
        assert any(KEY in text for text in seen)

    def test_the_key_is_in_no_exception(self, way: Way) -> None:
        """What is raised does not show it, nor do its cause, its attributes and the traceback."""
        with served(lambda _: _REFUSED) as url:
            error = failure(self.connect(url, KEY), way)
        assert KEY not in "".join(traceback.format_exception(error))
        for each in _chain(error):
            assert KEY not in f"{each!r} {each} {each.args!r}", type(each).__name__
        assert KEY not in repr(vars(error))

    def test_the_key_is_in_no_log(self, way: Way, caplog: pytest.LogCaptureFixture) -> None:
        """No logger, ours or another's, writes it at the level `log_level` or above."""
        with caplog.at_level(self.log_level), served(lambda _: _REFUSED) as url:
            failure(self.connect(url, KEY), way)
        assert KEY not in caplog.text

    def _real(self) -> Facade:
        return self.connect("http://127.0.0.1:9", KEY)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
