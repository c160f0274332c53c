"""Servers that speak OpenAI's chat completions: each row against the real SDK on loopback."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypedDict, Unpack, cast

import pytest
from pydantic import BaseModel, SecretStr

from god_llm import (
    AIMessage,
    AuthenticationError,
    BaseMessage,
    ChatGroq,
    ChatOpenAI,
    ConfigurationError,
    CustomModel,
    InvalidSettingError,
    MissingAPIKeyError,
    NotFoundError,
    Server,
    SystemMessage,
    ToolMessage,
    UnsupportedFeatureError,
    UnsupportedParameterError,
    UserMessage,
    chat_model,
)
from god_llm.auth import environment_variable
from god_llm.containers import OpenAIContainer, OpenAISettings
from god_llm.domain.facts import EFFORTS, ReasoningEffort
from god_llm.domain.parts import DocumentPart
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.settings import Verbosity
from god_llm.plugins.openai import SERVERS, ServerName
from god_llm.plugins.openai.server_names import SERVER_NAMES
from god_llm.testing import FakeTransport
from god_llm.testing.simulator import Raw, Simulator

Json = dict[str, object]

MODEL: Final = CustomModel("some-model")
ROWS: Final = tuple(SERVERS.values())
PAGE: Final = Path(__file__).parents[2] / "docs" / "compatible-servers.md"

HI: Final = (UserMessage(content="hi"),)


class Chosen(TypedDict, total=False):
    """The settings that the rows differ in."""

    max_tokens: int
    reasoning: ReasoningEffort
    frequency_penalty: float
    logprobs: int
    presence_penalty: float
    service_tier: str
    user: str
    verbosity: Verbosity


each_server = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def reply(message: Json, finish: str = "stop") -> Json:
    """A whole reply."""
    return {"id": "r1", "model": "some-model", "choices": [{"index": 0, "message": message, "finish_reason": finish}]}


ANSWER: Final = reply({"role": "assistant", "content": "It is 21 degrees."})
CALL: Final[Json] = {
    "id": "c1",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"city": "Paris"}'},
    "extra_content": {"google": {"thought_signature": "sig"}},
}
CALLED: Final = reply(
    {"role": "assistant", "content": None, "reasoning_content": "Look it up.", "tool_calls": [CALL]}, "tool_calls"
)


def turns(request: object) -> list[Json]:
    """The messages of a request."""
    assert isinstance(request, Mapping)
    messages: list[Json] = request["messages"]
    return messages


def weather(city: str) -> str:
    """The weather of a city."""
    return f"21 degrees in {city}"


def raw(body: object, *, status: int = 200) -> Raw:
    """A scripted response."""
    return Raw(status=status, body=json.dumps(body).encode())


def at(simulator: Simulator, row: Server) -> ChatOpenAI[CustomModel]:
    """The facade for a server, at the simulator."""
    return ChatOpenAI(MODEL, server=row, base_url=simulator.url("openai"), api_key="key-1", max_retries=0)


def sent(row: Server | ServerName, prompt: Sequence[BaseMessage] = HI, **settings: Unpack[Chosen]) -> JsonObject:
    """The request for a prompt."""
    transport = FakeTransport(ANSWER)
    ChatOpenAI(MODEL, server=row, transport=transport, **settings).generate(prompt)
    return transport.requests[-1]


def test_the_names_are_those_of_the_rows() -> None:
    """`ServerName` has the names of the rows, in order, and no other."""
    assert tuple(sorted(SERVERS)) == SERVER_NAMES
    assert all(row.documentation.startswith("https://") for row in ROWS)


@each_server
def test_a_tool_loop_goes_round(simulator: Simulator, row: Server) -> None:
    """A call goes back with its reasoning and what the server attached to it, and the result after it."""
    simulator.script(raw(CALLED), raw(ANSWER))
    with at(simulator, row).with_tools(weather) as llm:
        asked: list[BaseMessage] = [UserMessage(content="Weather in Paris?")]
        first = llm.generate(asked)
        answer = llm.generate([*asked, first, ToolMessage(content="21 degrees", tool_call_id="c1")])
    assert (first.provider, answer.provider, answer.content) == (row.name, row.name, "It is 21 degrees.")
    _, turn, result = turns(simulator.journal[-1].body)
    assert turn["tool_calls"] == [CALL]
    assert turn.get("reasoning_content") == "Look it up."
    assert result == {"role": "tool", "tool_call_id": "c1", "content": "21 degrees"}


@each_server
def test_the_key_goes_in_the_servers_header(simulator: Simulator, row: Server) -> None:
    """A key that was given is sent in the header of the row, and in no other."""
    simulator.script(raw(ANSWER))
    at(simulator, row).generate("hi")
    headers = simulator.journal[-1].headers
    assert (row.key_header.lower() in headers, "api-key" in headers) == (True, row.key_header == "api-key")


@each_server
def test_a_stream_asks_for_usage_where_the_server_allows_it(simulator: Simulator, row: Server) -> None:
    """`stream_options` is in the request of a stream exactly where the row says so."""
    chunk = b'data: {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}\n\n'
    simulator.script(Raw(headers={"content-type": "text/event-stream"}, body=chunk))
    with at(simulator, row).stream("hi") as stream:
        assert "".join(stream.text) == "Hi"
    body = simulator.journal[-1].body
    assert isinstance(body, dict)
    assert ("stream_options" in body) is row.usage_option


@each_server
def test_an_error_names_the_server(simulator: Simulator, row: Server) -> None:
    """An error has the server's name, and a missing model does not suggest OpenAI's."""
    simulator.script(raw({"error": {"message": "no such model"}}, status=404))
    with pytest.raises(NotFoundError) as caught:
        at(simulator, row).generate("hi")
    assert caught.value.provider == row.name
    assert "gpt-" not in str(caught.value)


@each_server
def test_the_limit_of_tokens_has_the_servers_name(row: Server) -> None:
    """`max_tokens=` is written under the name of the row, and under no other."""
    request = sent(row, max_tokens=7)
    assert {name for name in ("max_tokens", "max_completion_tokens") if name in request} == {row.output_limit}


@each_server
def test_each_effort_is_written_or_refused(row: Server) -> None:
    """An effort of the row adds exactly the row's fields; another one is refused before sending."""
    plain = sent(row)
    for effort in EFFORTS:
        if effort in row.efforts:
            assert sent(row, reasoning=effort) == {**plain, **row.efforts[effort]}
        else:
            with pytest.raises(UnsupportedParameterError, match=row.name):
                sent(row, reasoning=effort)


REFUSABLE: Final[Chosen] = {
    "frequency_penalty": 0.5,
    "logprobs": 2,
    "presence_penalty": 0.5,
    "service_tier": "auto",
    "user": "u1",
    "verbosity": "low",
}


@each_server
def test_settings_that_the_server_rejects_are_refused(row: Server) -> None:
    """A setting that the row refuses is an error before sending; every other one is sent."""
    assert row.refuses <= REFUSABLE.keys()
    for name, value in REFUSABLE.items():
        # One key of a TypedDict and its own value: the type of the pair is lost.
        setting = cast("Chosen", {name: value})
        if name in row.refuses:
            with pytest.raises(UnsupportedParameterError, match=name):
                sent(row, **setting)
        else:
            assert sent(row, **setting) != sent(row)


@each_server
def test_system_messages_are_where_the_server_takes_them(row: Server) -> None:
    """System messages elsewhere become a user's, and several ones become one where the row says so."""
    conversation: list[BaseMessage] = [
        SystemMessage(content="Be brief."),
        SystemMessage(content="Be kind."),
        UserMessage(content="hi"),
        AIMessage(content="hello"),
        SystemMessage(content="Now in French."),
        UserMessage(content="again"),
    ]
    messages = turns(sent(row, conversation))
    roles = [message["role"] for message in messages]
    later = "system" if row.system == "anywhere" else "user"
    first = ["system"] if row.system == "one" else ["system", "system"]
    assert roles == [*first, "user", "assistant", later, "user"]
    assert all(text in str(messages) for text in ("Be brief.", "Be kind.", "Now in French."))


@each_server
def test_a_schema_is_sent_in_the_servers_form(row: Server) -> None:
    """A structured answer is asked for by JSON schema, or by JSON mode with the schema in words."""

    class City(BaseModel):
        name: str

    transport = FakeTransport(reply({"content": '{"name": "Paris"}'}))
    llm = ChatOpenAI(MODEL, server=row, transport=transport)
    assert llm.generate_as(City, "Which city?") == City(name="Paris")
    request = transport.requests[-1]
    written = request["response_format"]
    assert isinstance(written, dict)
    assert written["type"] == row.schemas
    assert ("JSON schema" in str(request["messages"])) is (row.schemas == "json_object")


@each_server
def test_documents_go_to_servers_that_take_them(row: Server) -> None:
    """A document is sent where the row has the type, and refused before sending elsewhere."""
    prompt: list[BaseMessage] = [UserMessage(parts=(DocumentPart(data=b"%PDF-1.7", media_type="application/pdf"),))]
    if "document" in row.parts:
        assert "file_data" in str(sent(row, prompt))
    else:
        with pytest.raises(UnsupportedFeatureError, match=row.name):
            sent(row, prompt)


@each_server
def test_a_key_of_the_environment_is_for_the_servers_own_hosts(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, row: Server
) -> None:
    """The key in the server's variable goes to its own hosts alone; a server that needs one asks for it by name."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    variable = environment_variable(row.name)
    monkeypatch.setenv(variable, "key-of-the-environment")
    simulator.script(raw(ANSWER))
    ChatOpenAI(MODEL, server=row, base_url=simulator.url("openai"), max_retries=0).generate("hi")
    is_own = "127.0.0.1" in row.known_hosts
    assert (row.key_header.lower() in simulator.journal[-1].headers) is is_own
    monkeypatch.delenv(variable)
    own = row.base_url or f"https://me.{row.hosts[0]}/openai/v1"
    if row.needs_key:
        with pytest.raises(MissingAPIKeyError, match=variable):
            ChatOpenAI(MODEL, server=row, base_url=own)
    else:
        assert ChatOpenAI(MODEL, server=row, base_url=own).provider == row.name


@pytest.mark.parametrize("name", SERVER_NAMES)
def test_a_full_name_chooses_the_server(simulator: Simulator, name: str) -> None:
    """`chat_model` makes the facade of a server whose name is before the colon, and passes the options on."""
    simulator.script(raw(ANSWER))
    llm = chat_model(CustomModel(f"{name}:org/some-model:free"), base_url=simulator.url("openai"), api_key="k")
    message = llm.generate("hi")
    assert (llm.provider, message.model) == (name, "org/some-model:free")


def test_the_key_of_openai_never_goes_to_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """`OPENAI_API_KEY` is no key of a server, and `OPENAI_BASE_URL` no address of one."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    monkeypatch.delenv("DEEPSEEK_API_KEY", raising=False)
    with pytest.raises(MissingAPIKeyError, match="DEEPSEEK_API_KEY"):
        ChatOpenAI(MODEL, server="deepseek")


def test_a_server_without_an_address_asks_for_one() -> None:
    """Azure has no address of its own: the error asks for `base_url=`."""
    with pytest.raises(ConfigurationError, match="base_url="):
        ChatOpenAI(MODEL, server="azure", api_key="k")


def test_a_name_without_a_row_is_refused() -> None:
    """The error lists the rows, and says how to describe another server."""
    with pytest.raises(InvalidSettingError, match=r"deepseek.*server=Server\("):
        ChatOpenAI(MODEL, server="deepsek")  # type: ignore[arg-type]  # what is tested
    with pytest.raises(InvalidSettingError, match="leave out api="):
        ChatOpenAI(MODEL, server="deepseek", api="responses")  # type: ignore[call-arg]  # what is tested
    with pytest.raises(InvalidSettingError, match="server="):
        ChatGroq(CustomModel("m"), server="deepseek")  # type: ignore[call-arg]  # what is tested


def test_a_server_of_the_users_own_needs_a_name_and_an_address(simulator: Simulator) -> None:
    """A `Server` with two fields works without a key; a changed row is a row."""
    simulator.script(raw(ANSWER))
    mine = Server(name="mine", base_url=simulator.url("openai"))
    assert ChatOpenAI(MODEL, server=mine).generate("hi").provider == "mine"
    several = replace(SERVERS["vllm"], system="anywhere")
    system: list[BaseMessage] = [SystemMessage(content="a"), SystemMessage(content="b"), UserMessage(content="c")]
    assert len(turns(sent(several, system))) == len(system)


def test_reasoning_goes_back_to_its_author_alone() -> None:
    """What one server reasoned is not sent to another server of the same model."""
    own = ChatOpenAI(MODEL, server="deepseek", transport=FakeTransport(CALLED)).generate("hi")
    conversation: list[BaseMessage] = [
        UserMessage(content="hi"),
        own,
        ToolMessage(content="21", tool_call_id="c1"),
    ]
    assert "Look it up." in str(sent("deepseek", conversation))
    elsewhere = str(sent("openrouter", conversation))
    assert "Look it up." not in elsewhere
    assert "thought_signature" not in elsewhere


def test_earlier_reasoning_is_left_out_where_a_row_says_so() -> None:
    """`takes_reasoning=False` keeps reasoning out of the request."""
    silent = Server(name="mine", base_url="http://localhost:9/v1", takes_reasoning=False)
    own = ChatOpenAI(MODEL, server=silent, transport=FakeTransport(CALLED)).generate("hi")
    conversation: list[BaseMessage] = [UserMessage(content="hi"), own, ToolMessage(content="21", tool_call_id="c1")]
    assert "Look it up." not in str(sent(silent, conversation))


def test_a_facade_of_a_server_can_be_pickled(simulator: Simulator) -> None:
    """A facade on the other side of a pickle talks to the same server."""
    simulator.script(raw(ANSWER))
    mine = replace(SERVERS["llamacpp"], base_url=simulator.url("openai"))
    copied = pickle.loads(pickle.dumps(ChatOpenAI(MODEL, server=mine)))
    assert copied.generate("hi").provider == "llamacpp"


def test_a_container_takes_the_server_from_the_environment(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`GOD_LLM_OPENAI_SERVER` chooses a row, and `GOD_LLM_OPENAI_API_KEY` is its key."""
    simulator.script(raw({"error": {"message": "bad key"}}, status=401))
    monkeypatch.setenv("GOD_LLM_OPENAI_SERVER", "mistral")
    monkeypatch.setenv("GOD_LLM_OPENAI_MODEL", "custom:mistral-small-latest")
    monkeypatch.setenv("GOD_LLM_OPENAI_API_KEY", "key-2")
    monkeypatch.setenv("GOD_LLM_OPENAI_BASE_URL", simulator.url("openai"))
    monkeypatch.setenv("GOD_LLM_OPENAI_SEED", "4")
    llm = OpenAIContainer().llm()
    with pytest.raises(AuthenticationError) as caught:
        llm.generate("hi")
    assert (llm.provider, caught.value.provider) == ("mistral", "mistral")
    received = simulator.journal[-1]
    assert "authorization" in received.headers
    assert isinstance(received.body, dict)
    assert received.body["random_seed"] == 4


def test_a_container_without_a_server_is_openais() -> None:
    """Settings without `server` choose OpenAI and its default API."""
    settings = OpenAISettings(model="gpt-5.5", api_key=SecretStr("k"))
    llm = OpenAIContainer(settings=settings).llm()
    assert (llm.provider, llm.api) == ("openai", "responses")


def cells(row: Server) -> list[str]:
    """The row of the page's table for one server."""
    efforts = ", ".join(f"`{effort}`" for effort in row.efforts)
    return [
        f"`{row.name}`",
        f"[{row.title}]({row.documentation})",
        f"`{row.base_url}`" if row.base_url else "`base_url=` of yours",
        f"`{environment_variable(row.name)}`" + ("" if row.needs_key else ", optional"),
        f"`{row.key_header}`",
        f"`{row.output_limit}`",
        efforts,
        "yes" if row.takes_reasoning else "no",
        "yes" if row.usage_option else "no",
        "needed" if row.ends_with_done else "optional",
        row.system,
        f"`{row.schemas}`" + (", strict" if row.strict_schemas and row.schemas == "json_schema" else ""),
        ", ".join(sorted(row.parts)),
        ", ".join(f"`{name}`" for name in sorted(row.refuses)) or "none",
        ", ".join(f"`{ours}` is `{theirs}`" for ours, theirs in row.names.items()) or "none",
    ]


def test_the_page_has_the_table_of_the_rows() -> None:
    """Each line of the table in docs/compatible-servers.md is what the row says."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert lines == [f"| {' | '.join(cells(row))} |" for row in ROWS]
