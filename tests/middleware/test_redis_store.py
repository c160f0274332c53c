"""`RedisStore`: over a fake Redis, and over a real server where there is one."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import Final

import fakeredis
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from scripted import ANSWER, DELTAS, Scripted, asked, call_of

from god_llm import ChatAnthropic, CustomModel, InvalidSettingError, MissingDependencyError
from god_llm.middleware import Cached, CacheStore, RedisStore
from god_llm.testing import FakeTransport

KEY: Final = "sk-planted-0123456789"
NEVER: Final = Retry(NoBackoff(), 0)
PROMPT: Final = "a prompt that stays here"


@pytest.fixture(params=["fake", "server"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[redis.Redis, None, None]:
    """An empty Redis: a fake one, and a server on a socket of its own."""
    if request.param == "fake":
        with fakeredis.FakeRedis() as fake:
            yield fake
        return
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("there is no redis-server on this machine")
    path = tmp_path / "redis.sock"
    server = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", str(path), "--save", ""], stdout=subprocess.DEVNULL, cwd=tmp_path
    )
    try:
        for _ in range(200):
            if path.exists():
                break
            time.sleep(0.05)
        with redis.Redis(unix_socket_path=str(path)) as real:
            yield real
    finally:
        server.terminate()
        server.wait(10)


def test_a_reply_is_found_again(client: redis.Redis) -> None:
    """A store returns the bytes that it got, the newest of a key, and None for another key."""
    store = RedisStore(lambda: client)
    assert isinstance(store, CacheStore)
    store.put("a", b"\x00one")
    store.put("a", b"two")
    assert (store.get("a"), store.get("b")) == (b"two", None)


def test_a_reply_is_kept_until_its_time_is_over(client: redis.Redis) -> None:
    """Each key expires, also those that are never read again."""
    RedisStore(lambda: client, ttl=0.05).put("a", b"one")
    RedisStore(lambda: client, ttl=60, prefix="other:").put("a", b"two")
    assert 0 < client.pttl("other:a") <= 60_000
    time.sleep(0.1)
    assert list(client.scan_iter()) == [b"other:a"]


@pytest.mark.parametrize("way", ["respond", "stream"])
def test_two_caches_share_the_replies(client: redis.Redis, way: str) -> None:
    """The second machine answers from what the first one stored, whole and streamed."""
    first, second = Scripted(), Scripted()
    for inner in (first, second):
        model = Cached(RedisStore(lambda: client))(inner)
        if way == "respond":
            assert model.respond(call_of()).content == ANSWER.content
        else:
            assert len(list(model.stream(call_of()))) == len(DELTAS)
    assert (first.asked, second.asked) == (1, 0)


def test_neither_key_nor_prompt_is_stored(client: redis.Redis) -> None:
    """Redis gets hashes and answers."""
    reply = {"content": [{"type": "text", "text": "Oslo"}], "stop_reason": "end_turn"}
    cached = Cached(RedisStore(lambda: client))
    llm = ChatAnthropic(CustomModel("m"), transport=FakeTransport(reply), middleware=[cached])
    llm.generate(PROMPT)
    stored = [(key, client.get(key)) for key in client.scan_iter()]
    assert len(stored) == 1
    assert b"Oslo" in (stored[0][1] or b"")
    assert PROMPT not in repr(stored)


def test_text_clients_fit(client: redis.Redis) -> None:
    """A client that decodes replies gives the same bytes."""
    RedisStore(lambda: client).put("a", "é".encode())
    text = fakeredis.FakeRedis(decode_responses=True)
    text.set("god_llm:reply:a", "é")
    assert RedisStore(lambda: text).get("a") == RedisStore(lambda: client).get("a")


def test_a_server_that_is_away_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """Without a server the model is asked; the log has the class of the error, and not the password."""
    away = partial(redis.Redis, host="127.0.0.1", port=1, password=KEY, socket_timeout=0.2, retry=NEVER)
    inner = Scripted()
    assert asked(Cached(RedisStore(away))(inner), "respond") is ANSWER
    assert inner.asked == 1
    assert {record.name for record in caplog.records} == {"god_llm.cache"}
    assert "read (ConnectionError)" in caplog.text
    assert "written (ConnectionError)" in caplog.text
    assert KEY not in caplog.text


def connect() -> redis.Redis:
    """A client, by a function that can be imported."""
    return fakeredis.FakeRedis()


def test_a_pickle_has_the_function_and_no_client() -> None:
    """Another process connects anew."""
    store = RedisStore(connect, ttl=5)
    store.put("a", b"one")
    other: RedisStore = pickle.loads(pickle.dumps(store))
    other.put("b", b"two")
    assert other.get("b") == b"two"


def test_what_is_no_store_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A time that is none, a client in place of a function and a missing package are errors that say what to do."""
    with pytest.raises(InvalidSettingError, match="ttl"):
        RedisStore(connect, ttl=0.0001)
    with pytest.raises(InvalidSettingError, match="partial"):
        RedisStore(connect())  # type: ignore[arg-type]  # the mistake that is tested
    monkeypatch.setitem(sys.modules, "redis.exceptions", None)
    with pytest.raises(MissingDependencyError, match=r"god-llm-kit\[redis\]"):
        RedisStore(connect)
