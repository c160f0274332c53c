"""Parrot over real HTTP, and by its name."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from god_llm_parrot import ChatParrot
from typing_extensions import override

import god_llm


class Parrot(BaseHTTPRequestHandler):
    """Says back what it is told."""

    def do_POST(self) -> None:
        """One request."""
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        said, end = asked["turns"][-1]["text"], {"why": "done", "words": {"heard": 1, "said": 1}}
        start = {"id": "s-1", "model": asked["model"]}
        lines = (
            [start, *({"piece": letter} for letter in said), end]
            if "pieces" in asked
            else [{**start, "said": said, **end}]
        )
        self.send_response(200)
        self.end_headers()
        for line in lines:
            self.wfile.write(json.dumps(line).encode() + b"\n")

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing else."""


@pytest.fixture
def url() -> Iterator[str]:
    """A Parrot on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Parrot) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_it_is_found_by_its_name(url: str) -> None:
    """The entry point of this package is all that `chat_model` needs."""
    llm = god_llm.chat_model(god_llm.CustomModel("parrot:polly"), api_key="key", base_url=url)
    assert type(llm) is ChatParrot
    with llm:
        assert llm.generate("Ahoy").content == "Ahoy"


def test_it_streams(url: str) -> None:
    """Each letter comes as it is said, sync and async."""
    with ChatParrot("polly", api_key="key", base_url=url) as llm, llm.stream("Ahoy") as stream:
        assert [delta.text for delta in stream if isinstance(delta, god_llm.TextDelta)] == ["A", "h", "o", "y"]

    async def heard() -> str:
        async with ChatParrot("polly", api_key="key", base_url=url) as llm, llm.astream("Ahoy") as stream:
            async for _ in stream:
                pass
        return stream.message.content

    assert asyncio.run(heard()) == "Ahoy"


def test_a_model_that_there_is_not() -> None:
    """A mistyped name from a configuration is refused, with the nearest one; a `CustomModel` passes the catalogue."""
    with pytest.raises(god_llm.UnknownModelError, match="polly"):
        god_llm.model_id("parrot:poly")
    assert god_llm.chat_model(god_llm.model_id("parrot:polly"), api_key="key").model_name == "polly"
    assert god_llm.chat_model(god_llm.CustomModel("parrot:macaw"), api_key="key").provider == "parrot"
