"""Parts that are files: images, documents, sound and video.

Each is made from one of four sources: bytes, a URL that the provider fetches, the id of a file that the provider
stores, or a file on this machine (`from_file`), which is read at once.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Annotated, ClassVar, Final, Literal, Self, TypeAlias

from pydantic import BeforeValidator, PlainSerializer, model_validator
from typing_extensions import override

from god_llm.domain.part_base import Part

__all__ = ["AnyMedia", "AudioPart", "DocumentPart", "ImagePart", "MediaPart", "VideoPart"]


def _decoded(value: object) -> object:
    """A `str` is base64, bytes are the thing itself."""
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        message = f"text given as data must be base64: {error}"
        raise ValueError(message) from error


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


Data: TypeAlias = Annotated[bytes, BeforeValidator(_decoded), PlainSerializer(_encoded, when_used="json")]
"""Bytes in memory, base64 in JSON."""

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.\-]*://", re.IGNORECASE)
_DATA_URL: Final = re.compile(r"data:(?P<type>[^;,]*)(?:;[^,]*?)?;base64,(?P<data>.*)", re.IGNORECASE | re.DOTALL)


class MediaPart(Part):
    """A file in a message. Exactly one of `data`, `url` and `file_id` is its source.

    A `data:` URL becomes `data` and `media_type`. A path of this machine is no URL: use `from_file`.

    Raises:
        ValidationError: there is no source or more than one, or the URL is none that a provider could fetch.
    """

    kinds: ClassVar[tuple[str, ...]] = ()
    """The beginnings of the media types of such a part."""

    data: Data | None = None
    media_type: str | None = None
    """For example `image/png`; required with `data`."""
    url: str | None = None
    """An address that the provider fetches: `https://`, at Bedrock `s3://`."""
    file_id: str | None = None
    """The id of a file that was uploaded to the provider."""

    @classmethod
    def from_file(cls, path: str | PathLike[str], *, media_type: str | None = None) -> Self:
        """A part with the bytes of a file of this machine.

        Args:
            path: the file; it is read now.
            media_type: by default found by content, then by name.

        Raises:
            OSError: the file can't be read.
            PromptError: the media type can't be found, or it is not one of such a part.
        """
        from god_llm.domain.media_types import media_type_of  # few messages have files

        place = Path(path)
        data = place.read_bytes()
        kind = media_type or media_type_of(data, place.name)
        cls._check_kind(kind, place.name)
        return cls(data=data, media_type=kind, **cls._named(place.name))

    @classmethod
    def from_bytes(cls, data: bytes, *, media_type: str | None = None) -> Self:
        """A part with these bytes.

        Raises:
            PromptError: the media type can't be found by content, or it is not one of such a part.
        """
        from god_llm.domain.media_types import media_type_of

        kind = media_type or media_type_of(data, "")
        cls._check_kind(kind, "the data")
        return cls(data=data, media_type=kind)

    @classmethod
    def _named(cls, name: str) -> dict[str, str]:  # noqa: ARG003 - of a part that keeps a name
        return {}

    @classmethod
    def _check_kind(cls, kind: str, what: str) -> None:
        if not kind.startswith(cls.kinds):
            raise _prompt_error(f"{what} is {kind}, which is no {cls.__name__}; use {_part_for(kind)}")

    @model_validator(mode="before")
    @classmethod
    def _from_data_url(cls, given: object) -> object:
        url = given.get("url") if isinstance(given, dict) else None
        found = _DATA_URL.fullmatch(url) if isinstance(url, str) else None
        if found is None or not isinstance(given, dict):
            return given
        kind = given.get("media_type") or found["type"] or None
        return {**given, "url": None, "data": found["data"], "media_type": kind}

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self._needs_source():
            _check_source(self)
        return self

    def _needs_source(self) -> bool:
        return True

    @override
    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """The fields that are set; of the bytes, their number."""
        for name, value in super().__repr_args__():
            if value is not None:
                yield name, _Size(f"<{len(value)} bytes>") if isinstance(value, bytes) else value


class _Size(str):
    __slots__ = ()

    @override
    def __repr__(self) -> str:
        return str(self)


class ImagePart(MediaPart):
    """A picture.

    Attributes:
        data: the bytes; a `str` is taken as base64.
        media_type: for example `image/png`; required with `data`.
        url: an address that the provider fetches, in place of `data`.
        file_id: the id of a file that was uploaded to the provider, in place of `data`.
        detail: the resolution at which the model reads the image: `"low"`, `"high"` or `"auto"`.
    """

    kinds: ClassVar[tuple[str, ...]] = ("image/",)
    type: Literal["image"] = "image"
    detail: Literal["low", "high", "auto"] | None = None
    """The resolution at which the model reads the image, for providers that have the parameter."""


class DocumentPart(MediaPart):
    """A document, for example a PDF or a text.

    A provider that takes no documents of its media type receives a text document as text.

    Attributes:
        data: the bytes; a `str` is taken as base64.
        media_type: for example `application/pdf`; required with `data`.
        url: an address that the provider fetches, in place of `data`.
        file_id: the id of a file that was uploaded to the provider, in place of `data`.
        name: the file's name; some providers tell the kind of a file by it.
    """

    kinds: ClassVar[tuple[str, ...]] = ("application/", "text/", "message/")
    type: Literal["document"] = "document"
    name: str | None = None
    """The file's name; some providers tell the kind of a file by it."""

    @classmethod
    @override
    def _named(cls, name: str) -> dict[str, str]:
        return {"name": name}


class AudioPart(MediaPart):
    """An audio file, and its transcript where the provider sends one.

    Attributes:
        data: the bytes; a `str` is taken as base64.
        media_type: for example `audio/wav`; required with `data`.
        url: an address that the provider fetches, in place of `data`.
        file_id: the id of a file that was uploaded to the provider, in place of `data`.
        transcript: the spoken text.
        id: the provider's id of audio that it made, to refer to it in a later turn.
    """

    kinds: ClassVar[tuple[str, ...]] = ("audio/",)
    type: Literal["audio"] = "audio"
    transcript: str | None = None
    id: str | None = None
    """The provider's id of audio it made, to refer to it in a later turn."""

    @override
    def _needs_source(self) -> bool:
        return self.id is None or self.data is not None or self.url is not None


class VideoPart(MediaPart):
    """A video.

    Attributes:
        data: the bytes; a `str` is taken as base64.
        media_type: for example `video/mp4`; required with `data`.
        url: an address that the provider fetches, in place of `data`.
        file_id: the id of a file that was uploaded to the provider, in place of `data`.
    """

    kinds: ClassVar[tuple[str, ...]] = ("video/",)
    type: Literal["video"] = "video"


AnyMedia: TypeAlias = ImagePart | DocumentPart | AudioPart | VideoPart
"""A part that is a file."""


def _check_source(part: MediaPart) -> None:
    """Exactly one source, which a provider can read.

    Raises:
        ValueError: there is another number of sources, or one that no provider can read.
    """
    if sum(source is not None for source in (part.data, part.url, part.file_id)) != 1:
        raise ValueError("give exactly one of data=, url= and file_id=")
    if part.data is not None and not part.media_type:
        raise ValueError("data= needs media_type=, for example 'image/png'; from_bytes() finds it")
    if part.url is not None and (not _SCHEME.match(part.url) or part.url.lower().startswith("file:")):
        raise ValueError(
            "url= takes an address that the provider can fetch, such as https://...;"
            f" for a file of this machine use {type(part).__name__}.from_file(path)"
        )


def _part_for(kind: str) -> str:
    fitting = [each for each in (ImagePart, AudioPart, VideoPart, DocumentPart) if kind.startswith(each.kinds)]
    return f"{fitting[0].__name__}.from_file" if fitting else "another file"


def _prompt_error(text: str) -> Exception:
    # An error holds a message, and a message holds parts: an import of the exceptions here would be a circle.
    error: type[Exception] = import_module("god_llm.domain.exceptions").PromptError
    return error(text)
