"""Messages made with their text as the positional argument."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from god_llm import AIMessage, BaseMessage, Conversation, ImagePart, SystemMessage, TextPart, ToolMessage, UserMessage

PIXEL = ImagePart(data=b"\x89PNG\x00", media_type="image/png")
CLASS_OF_ROLE: dict[str, type[BaseMessage]] = {
    "system": SystemMessage,
    "user": UserMessage,
    "assistant": AIMessage,
    "tool": ToolMessage,
}


@given(st.text())
def test_text_by_position_is_the_content(text: str) -> None:
    """A message made by position has the content and parts of the one made by keyword."""
    assert SystemMessage(text).content == text
    for made, named in (
        (UserMessage(text), UserMessage(content=text)),
        (AIMessage(text), AIMessage(content=text)),
        (ToolMessage(text, tool_call_id="1"), ToolMessage(content=text, tool_call_id="1")),
    ):
        assert (made.content, made.parts) == (named.content, named.parts)


def test_a_message_by_position_takes_the_other_fields_by_name() -> None:
    """Parts follow the text, and the message survives JSON."""
    message = UserMessage("What is this?", parts=(PIXEL,), id="m1")
    assert message.parts == (TextPart(text="What is this?"), PIXEL)
    assert Conversation.validate_json(Conversation.dump_json((message,))) == (message,)


@pytest.mark.parametrize("role", CLASS_OF_ROLE)
def test_a_dict_names_the_class_of_its_role(role: str) -> None:
    """The error for a dict names the class to use, and that class takes the text."""
    stored = {"role": role, "content": "hi", "tool_call_id": "1"}
    with pytest.raises(ValidationError, match=rf'write {CLASS_OF_ROLE[role].__name__}\("\.\.\."\)'):
        UserMessage(stored)  # type: ignore[arg-type]  # the mistake under test
    assert Conversation.validate_python([stored])[0].content == "hi"


@pytest.mark.parametrize("parts", [[TextPart(text="hi")], (TextPart(text="hi"),), TextPart(text="hi")])
def test_parts_in_the_place_of_text_name_the_keyword(parts: object) -> None:
    """The error for parts in the first place says to pass them as `parts=`."""
    with pytest.raises(ValidationError, match=r"pass parts as UserMessage\(parts=\(\.\.\.\)\)"):
        UserMessage(parts)  # type: ignore[arg-type]  # the mistake under test


def test_the_text_is_given_once() -> None:
    """A second positional argument, and a text given twice, are Python's own errors."""
    with pytest.raises(TypeError, match="positional argument"):
        UserMessage("a", "b")  # type: ignore[call-arg]  # the mistake under test
    with pytest.raises(TypeError, match="multiple values"):
        UserMessage("a", content="b")  # type: ignore[misc]  # the mistake under test


@pytest.mark.parametrize("kind", [BaseMessage, SystemMessage, UserMessage, AIMessage, ToolMessage])
def test_type_checkers_see_the_fields(kind: type[BaseMessage]) -> None:
    """The signature that a message declares for type checkers has exactly its fields."""
    tree = ast.parse(Path(inspect.getfile(kind)).read_text("utf-8"))
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__)
    signature = next(
        node.args for node in ast.walk(body) if isinstance(node, ast.FunctionDef) and node.name == "__init__"
    )
    names = [argument.arg for argument in (*signature.args, *signature.kwonlyargs)]
    assert sorted(names) == sorted(["self", *kind.model_fields])


def test_none_is_no_text() -> None:
    """`None` as text is an error, by position and by keyword."""
    with pytest.raises(ValidationError, match="valid string"):
        UserMessage(None)  # type: ignore[arg-type]  # the mistake under test
    with pytest.raises(ValidationError, match="valid string"):
        UserMessage(content=None)  # type: ignore[arg-type]  # the mistake under test
