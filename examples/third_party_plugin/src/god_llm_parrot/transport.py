"""HTTP to Parrot, with httpx, which is loaded with the first request."""

from __future__ import annotations

from typing import Final

from god_llm.provider_kit import NDJSON, CustomProvider, Endpoint, HttpTransport, httpx_library
from god_llm_parrot.errors import read_error
from god_llm_parrot.wire import Request

__all__ = ["PARROT", "ParrotTransport"]

PARROT: Final = CustomProvider("parrot")


class ParrotTransport(HttpTransport[Request]):
    """Sends requests to Parrot: `ParrotTransport(auth, ConnectionOptions(base_url=...))`."""

    endpoint = Endpoint(
        provider=PARROT,
        title="Parrot",
        path="/v1/say",
        hosts=("parrot.example",),
        streaming={"pieces": True},
        framing=NDJSON,
        error=read_error,
    )
    library = httpx_library(base_url="http://localhost:7070", install="god-llm-parrot")
