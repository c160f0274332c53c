"""Files in a conversation: made from paths, bytes, URLs and ids; sent where the API accepts them, else refused."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from god_llm import (
    AudioPart,
    BaseMessage,
    ChatModel,
    CustomModel,
    DocumentPart,
    ImagePart,
    PromptError,
    TextPart,
    ToolMessage,
    UnsupportedFeatureError,
    UserMessage,
    VideoPart,
    chat_model,
)
from god_llm.domain.media import AnyMedia
from god_llm.domain.media_types import EXTENSIONS
from god_llm.engine.history.media_rules import MediaRules
from god_llm.plugins.registry import provider
from god_llm.testing import FakeTransport

PNG: Final = b"\x89PNG\r\n\x1a\n" + bytes(40)
PDF: Final = b"%PDF-1.7\n%%EOF\n"
JPEG: Final = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40)
WAV: Final = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(20)
PAGE: Final = Path(__file__).parents[2] / "docs" / "media.md"

KINDS: Final[Mapping[str, type[AnyMedia]]] = {
    "image": ImagePart,
    "document": DocumentPart,
    "audio": AudioPart,
    "video": VideoPart,
}
TYPES: Final = sorted({*EXTENSIONS.values(), "image/tiff", "application/zip", "video/3gpp", "text/x-rust"})

Sent = Callable[[Sequence[BaseMessage]], str]


def sends(name: str, api: str) -> Sent:
    """A function that gives the request of an API for messages, as text."""

    def send(messages: Sequence[BaseMessage]) -> str:
        transport = FakeTransport(RuntimeError("nothing answers"))
        options = {"api": api} if api else {}
        llm = chat_model(CustomModel(f"{name}:m"), transport=transport, **options)
        assert isinstance(llm, ChatModel)
        with pytest.raises(RuntimeError):
            llm.generate(messages)
        return repr(transport.requests[-1])

    return send


APIS: Final[Mapping[str, tuple[str, str]]] = {
    "OpenAI Responses": ("openai", "responses"),
    "OpenAI chat completions": ("openai", "chat_completions"),
    "Anthropic": ("anthropic", ""),
    "Bedrock": ("bedrock", ""),
    "Groq": ("groq", ""),
    "Ollama": ("ollama", ""),
}
each_api = pytest.mark.parametrize("column", APIS)


def rules_of(column: str) -> MediaRules:
    """The rules of an API."""
    name, api = APIS[column]
    rules = provider(name).apis[api].history.media
    assert rules is not None
    return rules


def is_text(kind: str) -> bool:
    """Whether a document of this type is text."""
    return kind.startswith("text/") or kind == "application/json"


@each_api
@pytest.mark.parametrize("kind", TYPES)
def test_bytes_are_sent_whole_or_refused(column: str, kind: str) -> None:
    """A file of an accepted type is in the request; another one is refused with the accepted types, and not sent."""
    fitting = [part for part in KINDS.values() if kind.startswith(part.kinds)]
    part = fitting[0](data=PDF, media_type=kind)
    message = UserMessage(parts=(TextPart(text="What is this?"), part))
    rules = rules_of(column)
    accepted = part.type in rules and kind in rules[part.type].types
    if accepted or (part.type == "document" and is_text(kind)):
        request = sends(*APIS[column])([message])
        assert any(form in request for form in (base64.b64encode(PDF).decode(), repr(PDF), repr(PDF.decode())[1:-1]))
    else:
        with pytest.raises(UnsupportedFeatureError, match="nothing was sent") as caught:
            sends(*APIS[column])([message])
        assert all(each in str(caught.value) for each in (rules[part.type].types if part.type in rules else ()))


@each_api
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["https", "s3", "gs"])
def test_urls_are_sent_where_the_api_fetches_them(column: str, kind: str, scheme: str) -> None:
    """A URL whose scheme the API fetches is in the request; another one is refused with advice."""
    endings = {"image": "png", "document": "pdf", "audio": "mp3", "video": "mp4"}
    part = KINDS[kind](url=f"{scheme}://example.com/file.{endings[kind]}", media_type=EXTENSIONS[endings[kind]])
    message, rules = UserMessage(parts=(TextPart(text="What is this?"), part)), rules_of(column)
    if kind in rules and scheme in rules[kind].schemes:
        assert f"{scheme}://example.com/file" in sends(*APIS[column])([message])
    else:
        with pytest.raises(UnsupportedFeatureError, match=r"from_file|it takes no"):
            sends(*APIS[column])([message])


@each_api
@pytest.mark.parametrize("kind", KINDS)
def test_ids_of_files_are_sent_where_the_api_stores_files(column: str, kind: str) -> None:
    """The id of a stored file is in the request, or refused."""
    message, rules = UserMessage(parts=(KINDS[kind](file_id="file-17"),)), rules_of(column)
    if kind in rules and rules[kind].file_ids:
        assert "file-17" in sends(*APIS[column])([message])
    else:
        with pytest.raises(UnsupportedFeatureError):
            sends(*APIS[column])([message])


@each_api
@pytest.mark.parametrize("spelling", ["image/JPG", "image/jpg", "IMAGE/JPEG; charset=binary", "image/pjpeg"])
def test_media_types_are_sent_in_the_usual_spelling(column: str, spelling: str) -> None:
    """However a media type is spelt, the API receives the spelling that it accepts."""
    request = sends(*APIS[column])([UserMessage(parts=(ImagePart(data=JPEG, media_type=spelling),))])
    assert spelling not in request


@each_api
def test_a_text_document_that_is_no_utf_8_is_refused(column: str) -> None:
    """A text document that is sent as text must be UTF-8: no API accepts the type of this one as a document."""
    with pytest.raises(PromptError, match="UTF-8"):
        sends(*APIS[column])([UserMessage(parts=(DocumentPart(data=b"\xff\xfe", media_type="text/x-rust"),))])


def test_files_in_results_are_checked_too() -> None:
    """An image in a tool's result follows the same rules."""
    result = ToolMessage(tool_call_id="c", parts=(ImagePart(data=b"x", media_type="image/heic"),))
    with pytest.raises(UnsupportedFeatureError, match="image/heic"):
        sends("anthropic", "")([UserMessage(content="hi"), result])


FILES: Final[Sequence[tuple[str, bytes, type[AnyMedia], str]]] = [
    ("cat.png", PNG, ImagePart, "image/png"),
    ("cat.jpg", PNG, ImagePart, "image/png"),  # the content says more than the name
    ("cat", JPEG, ImagePart, "image/jpeg"),
    ("paper.pdf", PDF, DocumentPart, "application/pdf"),
    ("notes.md", b"# Title\n", DocumentPart, "text/markdown"),
    ("table.csv", b"a,b\n1,2\n", DocumentPart, "text/csv"),
    ("letter.docx", b"PK\x03\x04" + bytes(30), DocumentPart, EXTENSIONS["docx"]),
    ("README", b"plain text", DocumentPart, "text/plain"),
    ("voice.wav", WAV, AudioPart, "audio/wav"),
    ("voice.mp3", b"ID3\x03\x00\x00" + bytes(20), AudioPart, "audio/mpeg"),
    ("film.mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(20), VideoPart, "video/mp4"),
]


@pytest.mark.parametrize(("name", "data", "part", "kind"), FILES)
def test_a_file_becomes_a_part(tmp_path: Path, name: str, data: bytes, part: type[AnyMedia], kind: str) -> None:
    """`from_file` reads the bytes and finds the media type by content, then by name; a document keeps its name."""
    (tmp_path / name).write_bytes(data)
    made = part.from_file(tmp_path / name)
    assert (made.data, made.media_type) == (data, kind)
    assert made == part.from_file(str(tmp_path / name))
    if isinstance(made, DocumentPart):
        assert made.name == name
    chosen = part.kinds[0] + "x-chosen"
    assert part.from_file(tmp_path / name, media_type=chosen).media_type == chosen


def test_a_file_of_another_kind_names_the_right_part(tmp_path: Path) -> None:
    """A PDF as an image, and content that nothing tells of, are errors with the remedy."""
    (tmp_path / "paper.pdf").write_bytes(PDF)
    with pytest.raises(PromptError, match=r"DocumentPart\.from_file"):
        ImagePart.from_file(tmp_path / "paper.pdf")
    (tmp_path / "blob.bin").write_bytes(b"\x00\x01\x02\x03")
    with pytest.raises(PromptError, match="media_type="):
        DocumentPart.from_file(tmp_path / "blob.bin")
    with pytest.raises(FileNotFoundError):
        ImagePart.from_file(tmp_path / "none.png")


def test_bytes_tell_their_media_type() -> None:
    """`from_bytes` finds the media type by content."""
    assert ImagePart.from_bytes(PNG).media_type == "image/png"
    assert DocumentPart.from_bytes(b"some text").media_type == "text/plain"


@pytest.mark.parametrize(
    "path", ["cat.png", "/home/me/cat.png", "C:\\cats\\cat.png", "file:///cat.png", "~/cat.png", ""]
)
def test_a_path_is_no_url(path: str) -> None:
    """A path of this machine as `url=` is refused with the remedy."""
    for part in KINDS.values():
        with pytest.raises(ValidationError, match=rf"{part.__name__}\.from_file"):
            part(url=path)


@given(st.binary(min_size=1, max_size=50))
def test_a_data_url_is_data(data: bytes) -> None:
    """A `data:` URL becomes bytes and a media type, in JSON and in code."""
    url = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    assert ImagePart(url=url) == ImagePart(data=data, media_type="image/png")


@given(st.binary(min_size=1, max_size=200))
def test_no_repr_has_bytes(data: bytes) -> None:
    """The text of a part and of its message has the number of bytes, and comes back from JSON whole."""
    part = ImagePart(data=data, media_type="image/png")
    message = UserMessage(parts=(part,))
    assert f"<{len(data)} bytes>" in repr(part)
    assert repr(data) not in repr(message) + str(message)
    assert UserMessage.model_validate_json(message.model_dump_json()) == message


def test_exactly_one_source() -> None:
    """No source, or two, is an error that names the three."""
    for given_sources in ({}, {"data": PNG, "media_type": "image/png", "url": "https://a.example/b.png"}):
        with pytest.raises(ValidationError, match=r"exactly one of data=, url= and file_id="):
            ImagePart.model_validate(given_sources)


def written(types: frozenset[str]) -> str:
    """Media types as the page has them."""
    return ", ".join(f"`{kind}`" for kind in sorted(types)) or "none"


def test_the_page_has_the_rules_of_each_api() -> None:
    """Each line of the table in docs/media.md is what the rules say."""
    found = [
        line
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith(tuple(f"| {c} " for c in APIS))
    ]
    wanted = []
    for column in APIS:
        for kind, rule in sorted(rules_of(column).items()):
            urls = ", ".join(f"`{scheme}://`" for scheme in sorted(rule.schemes)) or "no"
            ids = "yes" if rule.file_ids else "no"
            wanted.append(f"| {column} | {KINDS[kind].__name__} | {written(rule.types)} | {urls} | {ids} |")
    assert found == wanted
