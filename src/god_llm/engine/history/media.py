"""The files of a conversation, checked by the rules of an API before the formatter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from god_llm.domain.exceptions import PromptError, UnsupportedFeatureError
from god_llm.domain.media import AnyMedia, DocumentPart, MediaPart
from god_llm.domain.media_types import plain_type
from god_llm.domain.messages import BaseMessage, ToolMessage, UserMessage
from god_llm.domain.parts import ContentPart, TextPart
from god_llm.engine.history.media_rules import MediaRule, MediaRules

__all__ = ["accepted_media"]


_TEXT_TYPES: Final = frozenset({"application/json", "application/x-ndjson", "application/yaml", "application/toml"})


def accepted_media(provider: str, messages: Sequence[BaseMessage], rules: MediaRules) -> Sequence[BaseMessage]:
    """The messages with media types in the usual spelling, and text documents as text where they are not accepted.

    Raises:
        UnsupportedFeatureError: the API does not accept a file; the text says which it accepts.
        PromptError: a text document is no UTF-8.
    """
    if not any(isinstance(part, MediaPart) for message in messages for part in _parts(message)):
        return messages
    return [_checked(provider, message, rules) for message in messages]


def _parts(message: BaseMessage) -> Sequence[ContentPart]:
    return message.parts if isinstance(message, UserMessage | ToolMessage) else ()


def _checked(provider: str, message: BaseMessage, rules: MediaRules) -> BaseMessage:
    parts = tuple([_part(provider, part, rules) for part in _parts(message)])
    return message.model_copy(update={"parts": parts}) if parts else message


def _part(provider: str, part: ContentPart, rules: MediaRules) -> ContentPart:
    if not isinstance(part, MediaPart):
        return part
    rule = rules.get(part.type)
    if part.data is None:
        _check_reference(provider, part, rule)
        return part
    kind = plain_type(part.media_type or "")
    if rule is not None and kind in rule.types:
        return part if kind == part.media_type else part.model_copy(update={"media_type": kind})
    if isinstance(part, DocumentPart) and (kind.startswith("text/") or kind in _TEXT_TYPES):
        return _as_text(provider, part, part.data)
    if rule is None:
        raise _refused(provider, part, f"it takes no {_PLURALS.get(part.type, part.type)} here")
    raise _refused(provider, part, f"it is {kind}, and {provider} takes {', '.join(sorted(rule.types)) or 'none'}")


_PLURALS: Final[Mapping[str, str]] = {"image": "images", "document": "documents", "video": "videos", "audio": "sound"}


def _check_reference(provider: str, part: AnyMedia, rule: MediaRule | None) -> None:
    """Refuse a URL or the id of a file where the API takes none.

    Raises:
        UnsupportedFeatureError: it takes none.
    """
    if rule is None:
        raise _refused(provider, part, f"it takes no {_PLURALS.get(part.type, part.type)} here")
    if part.file_id is not None and not rule.file_ids:
        raise _refused(provider, part, "it takes no file_id= here; pass the bytes")
    if part.url is not None and part.url.partition("://")[0].lower() not in rule.schemes:
        fetched = ", ".join(f"{scheme}://" for scheme in sorted(rule.schemes))
        what = f"it fetches nothing but {fetched}" if fetched else "it fetches no URLs"
        raise _refused(provider, part, f"{what}; pass the bytes, for example with {type(part).__name__}.from_file")


def _as_text(provider: str, part: DocumentPart, data: bytes) -> TextPart:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PromptError(
            f"the document {part.name or part.media_type} is sent to {provider} as text, and is not UTF-8: {error}",
            provider=provider,
        ) from error
    name = "" if part.name is None else f' name="{part.name}"'
    return TextPart(text=f"<document{name}>\n{text}\n</document>\n")


def _refused(provider: str, part: AnyMedia, why: str) -> UnsupportedFeatureError:
    return UnsupportedFeatureError(
        f"{provider} can't take this {part.type} part: {why}; nothing was sent", provider=provider
    )
