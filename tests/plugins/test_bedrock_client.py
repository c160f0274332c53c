"""Bedrock's requests beside those of boto3's own client: the same place, the same words, a valid signature."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import anyio
import boto3
import pytest
import trustme
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from botocore.exceptions import EndpointVariantError, IncompleteReadError
from botocore.session import get_session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from god_llm import (
    AIMessage,
    BaseLLM,
    BaseMessage,
    ChatBedrock,
    ConfigurationError,
    ConnectionFailedError,
    DocumentPart,
    ImagePart,
    MalformedResponseError,
    MissingAPIKeyError,
    PermissionDeniedError,
    PromptError,
    RateLimitError,
    ReasoningPart,
    Settings,
    SystemMessage,
    TextPart,
    Tool,
    ToolCallPart,
    ToolMessage,
    UnknownPart,
    UserMessage,
)
from god_llm.auth import AWSAuth, CallbackAuth
from god_llm.plugins.bedrock import BedrockFormatter, BedrockTransport
from god_llm.plugins.bedrock.configuration import configuration, place_of
from god_llm.testing.simulator import Raw, Simulator
from god_llm.testing.simulator.server import LoopbackServer, Reply, Request, Service
from god_llm.testing.simulator.wires.eventstream import CONTENT_TYPE, frame

MODEL: Final = "amazon.nova-lite-v1:0"
SECRET: Final = "planted-secret"
ROLE: Final = "arn:aws:iam::123456789012:role/reader"
DENIED: Final = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>not yours</Message></Error></ErrorResponse>"
APART: Final = {
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "authorization",
    "content-length",
    "user-agent",
    "x-amz-date",
}
"""Headers that tell two requests, or two senders, apart; and the length, since boto3 writes its JSON with blanks."""


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials and a region, in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A file of AWS's configuration, with nothing in it yet."""
    path = tmp_path / "config"
    path.touch()
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    return path


class NotSentError(Exception):
    """In place of sending."""


def boto3_url(region: str, *, fips: bool | None = False, dual_stack: bool | None = None) -> str:
    """Where boto3's own client would post to; for None the environment says what it prefers."""
    config = Config(use_fips_endpoint=fips, use_dualstack_endpoint=dual_stack)
    client = boto3.Session(region_name=region).client("bedrock-runtime", config=config)
    seen: list[str] = []

    def stop(request: AWSPreparedRequest, **_: object) -> None:
        seen.append(request.url)
        raise NotSentError

    client.meta.events.register("before-send.bedrock-runtime", stop)
    with pytest.raises(NotSentError):
        client.converse(modelId="m", messages=[])
    return seen[0].removesuffix("/model/m/converse")


def our_url(region: str | None = None, base_url: str | None = None) -> str:
    """Where we would."""
    _, url = place_of(configuration(AWSAuth()), region, base_url)
    return url


def regions() -> Iterator[tuple[str, str, str]]:
    """Two regions of each partition that botocore knows, and one that is yet to come, with their domains."""
    for partition in get_session().get_component("data_loader").load_data("partitions")["partitions"]:
        known = [name for name in partition["regions"] if not name.endswith("-global")]
        for region in [*known[:2], *(["eu-nowhere-7"] if partition["id"] == "aws" else [])]:
            yield region, partition["outputs"]["dnsSuffix"], partition["outputs"]["dualStackDnsSuffix"]


@pytest.mark.usefixtures("keys")
class TestWhere:
    """The service's URL."""

    @pytest.mark.parametrize(("region", "domain", "dual_domain"), [*regions()])
    def test_a_regions_url(self, monkeypatch: pytest.MonkeyPatch, region: str, domain: str, dual_domain: str) -> None:
        """In each partition of AWS, with FIPS or dual-stack endpoints or without, it is the one that boto3 has."""
        for fips, dual_stack in itertools.product([False, True], repeat=2):
            monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", str(fips).lower())
            monkeypatch.setenv("AWS_USE_DUALSTACK_ENDPOINT", str(dual_stack).lower())
            ours = our_url(region)
            assert ours.endswith(f".{region}.{dual_domain if dual_stack else domain}")
            with suppress(EndpointVariantError):  # boto3 has no dual-stack endpoints yet in some partitions
                assert ours == boto3_url(region, fips=fips, dual_stack=dual_stack)

    @pytest.mark.parametrize("ignored", [False, True])
    @pytest.mark.parametrize("named", [*itertools.product([False, True], repeat=4)])
    def test_a_configured_url(
        self, monkeypatch: pytest.MonkeyPatch, file: Path, named: Sequence[bool], *, ignored: bool
    ) -> None:
        """Of the places that may name one, the same comes first as with boto3: Bedrock's before all services'."""
        places = dict(zip(["AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL", "own", "all"], named, strict=True))
        for variable in [place for place, there in places.items() if there and place.startswith("AWS")]:
            monkeypatch.setenv(variable, f"https://{variable.lower().replace('_', '-')}.test")
        if ignored:
            monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
        profile = "endpoint_url = https://all.test\n" if places["all"] else ""
        services = "services = mine\n[services mine]\nbedrock_runtime =\n  endpoint_url = https://own.test\n"
        file.write_text(f"[default]\n{profile}{services if places['own'] else ''}", encoding="utf-8")
        for fips in ("false", "true"):
            monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", fips)
            assert our_url() == boto3_url("eu-west-1", fips=None)
        for given_ in ("https://given.test", "http://[::1]:8080"):
            assert our_url(base_url=given_) == given_

    @pytest.mark.parametrize("region", ["fips-us-gov-west-1", "us-east-1-fips"])
    def test_a_region_that_asks_for_fips(self, region: str) -> None:
        """A name of a region that is one of its FIPS endpoints is understood as boto3 does."""
        assert place_of(configuration(AWSAuth()), region, None)[0] in region
        assert our_url(region) == boto3_url(region, fips=None)

    @pytest.mark.parametrize("base", ["", "/", "/base", "/base/", "/base?k=v", "?k=v", "/base#f"])
    def test_a_url_with_a_path(self, base: str) -> None:
        """A path and a query of a URL stay where boto3 puts them."""
        asked: list[Request] = []

        def service(request: Request) -> Reply:
            asked.append(request)
            return answered()

        with serving(service) as url:
            ChatBedrock(MODEL, base_url=url + base).generate("hi")
            client = boto3.Session().client("bedrock-runtime", endpoint_url=url + base)
            client.converse(modelId=MODEL, messages=[])
        ours, theirs = asked
        assert (ours.path, ours.query) == (theirs.path, theirs.query)

    @pytest.mark.parametrize("text", ["[default]\nservices = gone\n", "[default\n"])
    def test_a_file_that_says_nothing(self, file: Path, text: str) -> None:
        """A file that is broken, or names a section that it has not, is an error of configuration."""
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigurationError):
            ChatBedrock(MODEL).generate("hi")

    @pytest.mark.parametrize("url", ["nonsense", "http://", "http://user:planted@bad host/"])
    def test_a_url_that_is_none(self, url: str) -> None:
        """What is no URL is refused, and not shown: there may be a password in it."""
        with pytest.raises(ConfigurationError) as caught:
            ChatBedrock(MODEL, base_url=url).generate("hi")
        assert "planted" not in str(caught.value)

    @pytest.mark.parametrize("file", ["~nobody-there/x", "$NOWHERE/x", "~/" + "x" * 5000])
    def test_a_file_that_cannot_be_there(self, monkeypatch: pytest.MonkeyPatch, file: str) -> None:
        """A home that can't be told or read, and a path that can't be, have no file."""
        monkeypatch.setenv("AWS_CONFIG_FILE", file)
        monkeypatch.setenv("HOME", "/proc/1/root/nowhere")
        monkeypatch.delenv("AWS_SHARED_CREDENTIALS_FILE")
        assert our_url() == "https://bedrock-runtime.eu-west-1.amazonaws.com"

    def test_a_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A proxy in the environment is asked for the service, unless the service is exempt."""
        asked: list[Request] = []

        def proxy(request: Request) -> Reply:
            asked.append(request)
            return answered()

        with serving(proxy) as url:
            monkeypatch.setenv("HTTP_PROXY", url)
            with ChatBedrock(MODEL, base_url="http://localhost:9") as llm:
                assert llm.generate("hi").content == "Hello."
            monkeypatch.setenv("NO_PROXY", "localhost")
            exempt = ChatBedrock(MODEL, base_url="http://localhost:9", max_retries=0)
            with exempt, pytest.raises(ConnectionFailedError):
                exempt.generate("hi")
        (request,) = asked
        assert request.headers["host"] == "localhost:9"

    def test_an_encrypted_connection(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """A service whose certificate is trusted is asked, whole, streamed and in a thread; any other one is not."""
        authority = trustme.CA()
        bundle = tmp_path / "bundle.pem"
        authority.cert_pem.write_to_path(bundle)
        with serving(lambda _: answered(), authority) as url:
            llm = ChatBedrock(MODEL, base_url=url, max_retries=0)
            with llm, pytest.raises(ConnectionFailedError, match="certificate verify failed"):
                llm.generate("hi")
            monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
            with ChatBedrock(MODEL, base_url=url, max_retries=0) as llm:
                assert llm.generate("hi").content == "Hello."
                assert anyio.run(llm.agenerate, "hi").content == "Hello."
        stop = frame({":message-type": "event", ":event-type": "messageStop"}, b'{"stopReason": "end_turn"}')
        with serving(lambda _: Reply(200, {"content-type": CONTENT_TYPE}, stop), authority) as url:
            with ChatBedrock(MODEL, base_url=url, max_retries=0) as llm, llm.stream("hi") as stream:
                assert list(stream)
            assert stream.message.finish_reason == "stop"

    @pytest.mark.parametrize("between", ["a proxy", "encryption"])
    def test_a_call_that_is_given_up(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, between: str) -> None:
        """Cancelling ends the thread of a call at once, whatever stands between it and the service."""
        over = threading.Event()
        authority = trustme.CA() if between == "encryption" else None
        if authority is not None:
            authority.cert_pem.write_to_path(tmp_path / "bundle.pem")
            monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "bundle.pem"))

        def service(_: Request) -> Reply:
            asked.set()
            over.wait(30)
            return answered()

        async def ask(llm: BaseLLM) -> None:
            with anyio.CancelScope() as scope:
                async with anyio.create_task_group() as group:
                    group.start_soon(llm.agenerate, "hi")
                    assert await anyio.to_thread.run_sync(asked.wait, 10)
                    scope.cancel()

        def running() -> bool:
            return any(thread.name.startswith("god_llm") for thread in threading.enumerate())

        asked = threading.Event()
        with serving(service, authority) as url:
            if authority is None:
                monkeypatch.setenv("HTTP_PROXY", url)
            anyio.run(ask, ChatBedrock(MODEL, base_url="http://localhost:9" if authority is None else url))
            end = time.monotonic() + 5
            while running() and time.monotonic() < end:
                time.sleep(0.01)
            ended = not running()
            over.set()
        assert ended

    @pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
    def test_a_bundle_of_certificates(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str) -> None:
        """The certificates that the environment names are the ones that are trusted."""
        monkeypatch.setenv(variable, str(tmp_path / "none.pem"))
        with serving(lambda _: None) as url:
            llm = ChatBedrock(MODEL, base_url=url.replace("http:", "https:"), max_retries=0)
            with llm, pytest.raises(ConnectionFailedError, match="No such file"):
                llm.generate("hi")


VARIABLES: Final = st.fixed_dictionaries(
    {},
    optional={
        "AWS_DEFAULT_REGION": st.sampled_from(["eu-west-1", "cn-north-1", ""]),
        "AWS_CA_BUNDLE": st.sampled_from(["/tmp/bundle.pem", ""]),
        "AWS_USE_FIPS_ENDPOINT": st.sampled_from(["true", "True", "false", "1", ""]),
        "AWS_USE_DUALSTACK_ENDPOINT": st.sampled_from(["true", "TRUE", "no", ""]),
        "BOTOCORE_TCP_KEEPALIVE": st.sampled_from(["true", "false", ""]),
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": st.sampled_from(["true", "false"]),
        "AWS_ENDPOINT_URL": st.sampled_from(["https://all.test", ""]),
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": st.sampled_from(["https://own.test", ""]),
        "AWS_ACCESS_KEY_ID": st.just("AKID"),
        "AWS_SECRET_ACCESS_KEY": st.just(SECRET),
        "AWS_SESSION_TOKEN": st.sampled_from(["token", ""]),
        "AWS_SECURITY_TOKEN": st.sampled_from(["older", ""]),
        "AWS_CREDENTIAL_EXPIRATION": st.sampled_from(["2099-01-01T00:00:00Z", "2001-01-01T00:00:00Z", "soon"]),
    },
)


def everything() -> object:
    """All that is configured, or the kind of error that looking it up ends in."""
    configured = configuration(AWSAuth())
    try:
        found = configured.credentials("eu-west-1")
        keys: object = None if found is None else found.get_frozen_credentials()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the same
        keys = type(error)
    switches = "use_fips_endpoint", "use_dualstack_endpoint", "tcp_keepalive"
    return (
        [configured.text(name) or None for name in ("region", "ca_bundle")],
        [configured.switch(name) for name in switches],
        configured.endpoint(),
        keys,
    )


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(variables=VARIABLES)
def test_an_empty_file_changes_nothing(tmp_path: Path, variables: Mapping[str, str]) -> None:
    """The environment says the same where it is all there is as where botocore reads it beside a file."""
    empty = tmp_path / "empty"
    empty.touch()
    with pytest.MonkeyPatch.context() as patched:
        for name, value in variables.items():
            patched.setenv(name, value)
        alone = everything()
        patched.setenv("AWS_CONFIG_FILE", str(empty))
        assert everything() == alone


class TestWhoSigns:
    """Credentials of files."""

    @pytest.mark.parametrize(
        ("auth", "profile", "signer"),
        [
            (AWSAuth(), None, "AKIDDEFAULT"),
            (AWSAuth(), "dev", "AKIDDEV"),
            (AWSAuth(profile="dev"), None, "AKIDDEV"),
            (AWSAuth(profile="dev"), "default", "AKIDDEV"),
        ],
    )
    def test_a_profile(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, auth: AWSAuth, profile: str | None, signer: str
    ) -> None:
        """A profile's keys sign, and its region is asked: the profile that is named in code, else the variable's."""
        path = tmp_path / "credentials"
        path.write_text(
            "".join(
                f"[{name}]\nregion = eu-west-1\n"
                f"aws_access_key_id = AKID{name.upper()}\naws_secret_access_key = {SECRET}\n"
                for name in ("default", "dev")
            ),
            encoding="utf-8",
        )
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(path))
        if profile is not None:
            monkeypatch.setenv("AWS_PROFILE", profile)
        with (
            Simulator(keys={signer}) as simulator,
            ChatBedrock(MODEL, auth=auth, base_url=simulator.url("bedrock")) as llm,
        ):
            assert llm.generate("hi").content == "You said: hi"

    @pytest.mark.usefixtures("keys")
    @pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
    def test_a_profile_that_is_not_there(self, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
        """A profile that the environment names must be there, though nothing but it would be asked for."""
        monkeypatch.setenv(variable, "nobody")
        llm = ChatBedrock(MODEL, base_url="http://127.0.0.1:9", max_retries=0)
        with llm, pytest.raises(ConfigurationError, match="nobody"):
            llm.generate("hi")

    @pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1"])
    @pytest.mark.parametrize("named", ["in the file", "in code"])
    def test_a_role_is_asked_for_in_the_region(
        self, monkeypatch: pytest.MonkeyPatch, file: Path, region: str, named: str
    ) -> None:
        """A role of a profile, or of an `AWSAuth`, is assumed in the region of the call."""
        keys = f"aws_access_key_id = AKIDBASE\naws_secret_access_key = {SECRET}\n"
        role = f"role_arn = {ROLE}\nsource_profile = base\n[profile base]\n"
        file.write_text(f"[default]\n{role if named == 'in the file' else ''}{keys}", encoding="utf-8")
        auth = AWSAuth(role_arn=ROLE if named == "in code" else None)
        asked: list[Request] = []

        def sts(request: Request) -> Reply:
            asked.append(request)
            return Reply(403, {"content-type": "text/xml"}, DENIED)

        with serving(sts) as url:
            monkeypatch.setenv("AWS_ENDPOINT_URL_STS", url)
            llm = ChatBedrock(MODEL, auth=auth, region=region, base_url="http://127.0.0.1:9", max_retries=0)
            with llm, pytest.raises(PermissionDeniedError, match="not yours"):
                llm.generate("hi")
        assert all(f"/{region}/sts/" in request.headers["authorization"] for request in asked)
        assert asked

    @pytest.mark.parametrize(
        "text",
        [
            "[default]\ncredential_process = /no/such/program\n",
            "[default]\ncredential_process = echo planted\n",
            "[default]\ncredential_process = printf planted\\377\n",
            f"[default]\nrole_arn = {ROLE}\nweb_identity_token_file = /no/such/planted\n",
        ],
    )
    def test_credentials_that_cannot_be_had(self, file: Path, text: str) -> None:
        """Whatever keeps botocore from credentials is an error of configuration that quotes nothing it has read."""
        file.write_text(text, encoding="utf-8")
        llm = ChatBedrock(MODEL, region="eu-west-1", base_url="http://127.0.0.1:9", max_retries=0)
        with llm, pytest.raises(ConfigurationError) as caught:
            llm.generate("hi")
        assert "planted" not in f"{caught.value!r}"

    def test_half_an_auth(self) -> None:
        """A secret without its key is an error, not a reason to sign with something else."""
        auth = AWSAuth(secret_access_key=SecretStr("half"))
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT")
            patched.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
            llm = ChatBedrock(MODEL, auth=auth, region="eu-west-1", base_url="http://127.0.0.1:9", max_retries=0)
            with llm, pytest.raises(ConfigurationError):
                llm.generate("hi")

    def test_nothing_is_looked_for_twice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A machine that has no credentials is asked for them once, however many calls fail for want of them."""
        asked: list[str] = []

        def machine(request: Request) -> Reply:
            asked.append(request.path)
            return Reply(404, {}, b"")

        with serving(machine) as url:
            monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
            monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
            llm = ChatBedrock(MODEL, region="eu-west-1", base_url="http://127.0.0.1:9", max_retries=0)
            counts: list[int] = []
            for _ in range(3):
                with pytest.raises(MissingAPIKeyError):
                    llm.generate("hi")
                counts.append(len(asked))
        assert counts[0] > 0
        assert counts == counts[:1] * 3


def test_a_sources_own_error_is_its_own() -> None:
    """What a source of keys raises is not taken for an answer that can't be read."""

    def sealed(_: object) -> str:
        raise RuntimeError("the vault is sealed")

    llm = ChatBedrock(MODEL, auth=CallbackAuth(sealed), region="eu-west-1", base_url="http://127.0.0.1:9")
    with pytest.raises(RuntimeError, match="sealed"):
        llm.generate("hi")


@pytest.mark.parametrize("model", [None, 3, "a\udcff"])
def test_a_request_without_a_model(model: object) -> None:
    """A request that names no model is an error of the prompt."""
    transport = BedrockTransport(AWSAuth(), region="eu-west-1", base_url="http://127.0.0.1:9")
    with pytest.raises(PromptError):
        transport.send({"modelId": model, "messages": []})  # type: ignore[typeddict-item]  # the mistake


TEXTS: Final = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
CONVERSATIONS: Final = st.lists(
    st.one_of(
        st.builds(lambda text: UserMessage(content=text), TEXTS),
        st.builds(
            lambda text, data: UserMessage(parts=(TextPart(text=text), ImagePart(data=data, media_type="image/png"))),
            TEXTS,
            st.binary(min_size=1, max_size=40),
        ),
        st.builds(
            lambda data: UserMessage(
                parts=(
                    TextPart(text="read"),
                    DocumentPart(data=data, media_type="application/pdf", name="notes"),
                )
            ),
            st.binary(min_size=1, max_size=40),
        ),
        st.builds(
            lambda text, given_: AIMessage(
                parts=(
                    ReasoningPart(text=text, signature="s"),
                    ToolCallPart.of(id="t1", name="look", arguments={"q": given_}),
                )
            ),
            TEXTS,
            st.one_of(TEXTS, st.integers(-10, 10), st.lists(st.booleans(), max_size=2)),
        ),
        st.builds(lambda text: ToolMessage(content=text, tool_call_id="t1"), TEXTS),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.usefixtures("keys")
class TestBesideBoto3:
    """What is sent and what comes back."""

    @settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        conversation=CONVERSATIONS,
        model=st.sampled_from([MODEL, "us.a.b-v1:0", "arn:aws:bedrock:eu-west-1:1:inference-profile/a.b~c"]),
        token=st.sampled_from(["", "planted/token+=="]),
    )
    def test_the_same_request(self, conversation: list[BaseMessage], model: str, token: str) -> None:
        """Path, body and headers are those of boto3's client, whole and streamed; both signatures hold."""
        asked: list[Request] = []

        def service(request: Request) -> Reply:
            asked.append(request)
            return answered()

        tool = Tool(name="look", description="Looks.", parameters={"type": "object", "properties": {}})
        request = BedrockFormatter().format(
            model, [SystemMessage(content="Be brief."), *conversation], Settings(max_tokens=7, tools=(tool,))
        )
        auth = AWSAuth(
            access_key_id="AKID", secret_access_key=SecretStr(SECRET), session_token=SecretStr(token) if token else None
        )
        with serving(service) as url:
            transport = BedrockTransport(auth, base_url=url)
            client = boto3.Session("AKID", SECRET, token or None).client("bedrock-runtime", endpoint_url=url)
            whole = transport.send(request), client.converse(**request)
            with pytest.raises(MalformedResponseError):
                next(transport.stream(request))
            # Typed for `converse`; the two differ in a guardrail's stream mode, which is optional.
            client.converse_stream(**request)["stream"].close()  # type: ignore[arg-type]
            transport.close()
            client.close()
        for ours, theirs in zip(asked[::2], asked[1::2], strict=True):
            assert ours.path == theirs.path
            assert json.loads(ours.body) == json.loads(theirs.body)
            assert sent(ours) == sent(theirs)
            assert signed_names(ours) == signed_names(theirs) - {"amz-sdk-invocation-id", "amz-sdk-request"}
        assert [signed(one) for one in asked] == [True] * 4
        ours_whole, theirs_whole = (normalised(reply) for reply in whole)
        assert ours_whole == theirs_whole

    def test_what_boto3_does_not_know(self) -> None:
        """A block of a kind that is yet to come is kept whole, in a reply and in a stream, and goes back as it came."""
        block = {"hologram": {"format": "h1", "source": {"bytes": "AAEC"}}}
        events = [
            ("messageStart", {"role": "assistant"}),
            ("contentBlockStart", {"contentBlockIndex": 0, "start": block}),
            ("contentBlockStop", {"contentBlockIndex": 0}),
            ("messageStop", {"stopReason": "end_turn"}),
            ("metadata", {"usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}, "metrics": None}),
        ]
        streamed = b"".join(
            frame({":event-type": name, ":message-type": "event"}, json.dumps(said).encode()) for name, said in events
        )
        with Simulator() as simulator:
            simulator.script(
                Raw(200, {"content-type": "application/json"}, answer(block)),
                Raw(200, {"content-type": CONTENT_TYPE}, streamed),
                Raw(200, {"content-type": "application/json"}, answer()),
            )
            with ChatBedrock(MODEL, base_url=simulator.url("bedrock")) as llm:
                whole = llm.generate("hi")
                with llm.stream("hi") as stream:
                    assert list(stream)
                for message in (whole, stream.message):
                    (part,) = message.parts
                    assert isinstance(part, UnknownPart)
                    assert part.raw == block
                llm.generate([UserMessage(content="hi"), whole, UserMessage(content="and?")])
            back = simulator.journal[-1].body
        assert json.dumps([block]) in json.dumps(back)

    @pytest.mark.parametrize(
        ("headers", "payload"),
        [
            ({":message-type": "exception", ":exception-type": "throttlingException"}, b'{"message": "too fast"}'),
            ({":message-type": "exception", ":exception-type": "throttlingException"}, b'{"Message": "too fast"}'),
            ({":message-type": "error", ":error-code": "throttlingException", ":error-message": "too fast"}, b""),
            ({":message-type": "error", ":error-code": "throttlingException"}, b"too fast"),
            ({":message-type": "exception", ":exception-type": "throttlingException"}, b"<html>too fast"),
        ],
    )
    def test_an_error_in_a_stream(self, headers: Mapping[str, str], payload: bytes) -> None:
        """Each way in which a stream reports an error is raised with its class, its code and its words."""
        with Simulator() as simulator:
            simulator.script(Raw(200, {"content-type": CONTENT_TYPE}, frame(headers, payload)))
            llm = ChatBedrock(MODEL, base_url=simulator.url("bedrock"), max_retries=0)
            with llm, pytest.raises(RateLimitError, match="too fast") as caught:
                list(llm.stream("hi"))
        assert caught.value.code == "throttlingException"

    def test_a_body_that_ends_early(self) -> None:
        """Less than the announced length is a lost connection, not an answer."""
        body = answer()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        with cut_short(head.encode() + body[:-10]) as url:
            llm = ChatBedrock(MODEL, base_url=url, max_retries=0)
            with llm, pytest.raises(ConnectionFailedError) as caught:
                llm.generate("hi")
        assert caught.value.retryable
        assert isinstance(caught.value.__cause__, IncompleteReadError)

    def test_what_is_no_event(self) -> None:
        """Messages of kinds yet to come are passed over, whatever is in them; only the first event has the metadata."""
        messages = [
            frame({":message-type": "event", ":event-type": "initial-response"}, b""),
            frame({":message-type": "event", ":event-type": "weather"}, b"rain"),
            frame({":message-type": "event"}, b"{}"),
            frame({":message-type": "event", ":event-type": "messageStart"}, b'{"role": "assistant", "p": "abc"}'),
            frame({":message-type": "event", ":event-type": "metadata"}, b""),
            frame({":message-type": "event", ":event-type": "messageStop"}, b'{"stopReason": "end_turn"}'),
        ]
        with Simulator() as simulator:
            simulator.script(Raw(200, {"content-type": CONTENT_TYPE}, b"".join(messages)))
            transport = BedrockTransport(AWSAuth(), base_url=simulator.url("bedrock"))
            events = list(transport.stream(BedrockFormatter().format(MODEL, [UserMessage(content="hi")], Settings())))
            transport.close()
        assert [[*event] for event in events] == [
            ["ResponseMetadata", "initial-response"],
            ["weather"],
            ["messageStart"],
            ["metadata"],
            ["messageStop"],
        ]


@contextmanager
def serving(service: Service, authority: trustme.CA | None = None) -> Iterator[str]:
    """The URL of a loopback server; with an authority, it has a certificate of its."""
    server = LoopbackServer(service)
    if authority is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(tls)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.serve()
    try:
        yield f"{'http' if authority is None else 'https'}://127.0.0.1:{server.server_port}"
    finally:
        server.close()


@contextmanager
def cut_short(reply: bytes) -> Iterator[str]:
    """The URL of a server that says this and hangs up."""

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rb") as said:
            length = 0
            while (line := said.readline()) != b"\r\n":
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            said.read(length)
            connection.sendall(reply)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def answer(block: Mapping[str, object] | None = None) -> bytes:
    """The body of a reply."""
    message = {"role": "assistant", "content": [block or {"text": "Hello."}]}
    usage = {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3}
    whole = {"output": {"message": message}, "stopReason": "end_turn", "usage": usage, "metrics": {"latencyMs": 5}}
    return json.dumps(whole).encode()


def normalised(reply: Mapping[str, object]) -> Mapping[str, object]:
    """A reply without the response headers, of which boto3 keeps all."""
    metadata = reply["ResponseMetadata"]
    assert isinstance(metadata, Mapping)
    kept = {name: value for name, value in metadata.items() if name != "HTTPHeaders"}
    return {**{name: value for name, value in reply.items() if name != "response_headers"}, "ResponseMetadata": kept}


def answered() -> Reply:
    """A reply of the service's."""
    return Reply(200, {"content-type": "application/json", "x-amzn-requestid": "r1", "date": "today"}, answer())


def sent(request: Request) -> dict[str, str]:
    """The headers that have to be the same."""
    return {name: value for name, value in request.headers.items() if name not in APART}


def signed_names(request: Request) -> set[str]:
    """The headers that a signature covers."""
    return {*request.headers["authorization"].split("SignedHeaders=", 1)[1].split(",", 1)[0].split(";")}


def signed(request: Request) -> bool:
    """Whether AWS would take the signature.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """
    words = dict(item.split("=", 1) for item in request.headers["authorization"].split(" ", 1)[1].split(", "))
    _, date, region, service, _ = words["Credential"].split("/")
    names = words["SignedHeaders"].split(";")
    lines = [f"{name}:{' '.join(request.headers[name].split())}" for name in names]
    path = quote(urlsplit(request.path).path, safe="/~")
    digest = hashlib.sha256(request.body).hexdigest()
    canonical = "\n".join([request.method, path, "", *lines, "", ";".join(names), digest])
    scope = f"{date}/{region}/{service}/aws4_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, hashed])
    key = b"AWS4" + SECRET.encode()
    for step in (date, region, service, "aws4_request"):
        key = hmac.digest(key, step.encode(), "sha256")
    host = "host" in names
    return host and service == "bedrock" and hmac.new(key, text.encode(), "sha256").hexdigest() == words["Signature"]
