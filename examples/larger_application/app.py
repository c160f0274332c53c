"""A web application that answers questions; its container decides which model does.

`Assistant` is the application's own code: it depends on `ChatGenerator`, and on no provider. The container makes it,
around a container of god_llm; each environment replaces what differs there.
"""

# Annotations stay objects here (no `from __future__ import annotations`): the wiring reads `Provide` from them.

import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

from dependency_injector import containers, providers
from dependency_injector.wiring import Provide, inject
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field

from god_llm import AIMessage, BaseLLMException, Prompt, PromptError, SystemMessage, TextDelta, UserMessage
from god_llm.containers import AnthropicContainer
from god_llm.protocols import ChatGenerator

from .recorded import RecordedTransport

RECORDED = Path(__file__).parent / "recorded"


class Assistant:
    """Answers questions in the house's manner."""

    def __init__(self, llm: ChatGenerator, manner: str) -> None:
        self._llm = llm
        self._manner = manner

    def answer(self, question: str) -> AIMessage:
        """The whole answer."""
        return self._llm.generate(self._prompt(question))

    async def told(self, question: str) -> AsyncGenerator[str, None]:
        """The text of the answer, as it comes."""
        async with self._llm.astream(self._prompt(question)) as stream:
            async for delta in stream:
                if isinstance(delta, TextDelta):
                    yield delta.text

    def _prompt(self, question: str) -> Prompt:
        return [SystemMessage(content=self._manner), UserMessage(content=question)]


class Application(containers.DeclarativeContainer):
    """All parts of the application. The model's settings come from `GOD_LLM_ANTHROPIC_...`."""

    llm = providers.Container(AnthropicContainer)
    manner = providers.Object("Answer in one sentence.")
    assistant = providers.Factory(Assistant, llm=llm.llm, manner=manner)


def application(environment: str) -> Application:
    """The application's parts for an environment: `test` answers from recorded JSON, without network and key."""
    parts = Application()
    if environment == "test":
        parts.llm.transport.override(providers.Singleton(RecordedTransport, RECORDED))
    return parts


class Question(BaseModel):
    """What a client sends."""

    text: str = Field(min_length=1)


@inject
def ask(question: Question, assistant: Annotated[Assistant, Depends(Provide[Application.assistant])]) -> AIMessage:
    """The answer, normalised: the same JSON whatever provider is behind it."""
    return assistant.answer(question.text)


@inject
async def tell(
    question: Question, assistant: Annotated[Assistant, Depends(Provide[Application.assistant])]
) -> StreamingResponse:
    """The text of the answer, as it comes."""
    return StreamingResponse(assistant.told(question.text), media_type="text/plain; charset=utf-8")


async def failed(_: Request, error: Exception) -> JSONResponse:
    """An error of the model as HTTP: the client's fault where the prompt can't be said, else a bad gateway."""
    status = 422 if isinstance(error, PromptError) else 502
    return JSONResponse({"error": type(error).__name__, "message": str(error)}, status)


def create_app(parts: Application | None = None) -> FastAPI:
    """The web application around the parts; by default those of the environment that `APP_ENVIRONMENT` names."""
    container = parts or application(os.environ.get("APP_ENVIRONMENT", "production"))
    container.wire(modules=[__name__])

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        container.shutdown_resources()

    app = FastAPI(lifespan=lifespan)
    app.post("/ask")(ask)
    app.post("/tell")(tell)
    app.exception_handler(BaseLLMException)(failed)
    return app
