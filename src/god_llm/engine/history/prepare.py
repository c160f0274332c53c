"""A conversation in the form that an API accepts: the one check before every formatter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from god_llm.domain.call import Call
from god_llm.domain.exceptions import PromptError, UnsupportedFeatureError
from god_llm.domain.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage, UserMessage
from god_llm.domain.parts import ToolResultPart
from god_llm.engine.history.foreign import calls_as_text, without_foreign
from god_llm.engine.history.media import accepted_media
from god_llm.engine.history.roles import check_roles
from god_llm.engine.history.rules import HistoryRules
from god_llm.engine.history.turns import result_as_text, with_results

__all__ = ["prepared"]


def prepared(call: Call, rules: HistoryRules) -> Sequence[BaseMessage]:
    """The messages of a call, rewritten by the API's rules; the call's own are not changed.

    Raises:
        PromptError: the API accepts them in no form; the text says what to change.
    """
    provider, settings = call.provider, call.settings
    for message in call.messages:
        check_roles(provider, message)
    messages = list(call.messages)
    if rules.media is not None:
        messages = list(accepted_media(provider, messages, rules.media))
    if any(isinstance(message, AIMessage) for message in messages):
        foreign = settings.foreign or "refuse"
        messages = [without_foreign(m, provider, foreign) if isinstance(m, AIMessage) else m for m in messages]
    if any(map(_has_calls, messages)):
        stored = bool(rules.server_state.intersection(settings.extra or ()))
        messages = with_results(messages, provider, rules, stored=stored)
        if rules.needs_tools and (not settings.tools or settings.tool_choice == "none"):
            messages = [_without_calls(message) for message in messages]
    if not rules.system_anywhere:
        messages = list(_system_placed(messages, call.model, rules))
    if rules.one_system:
        messages = _system_joined(messages)
    _check_ends(messages, call, rules)
    return messages


def _has_calls(message: BaseMessage) -> bool:
    match message:
        case AIMessage():
            return bool(message.tool_calls)
        case UserMessage():
            return any(isinstance(part, ToolResultPart) for part in message.parts)
        case _:
            return isinstance(message, ToolMessage)


def _without_calls(message: BaseMessage) -> BaseMessage:
    """A message with its calls, or its result, as text."""
    if isinstance(message, ToolMessage):
        return result_as_text(message)
    return calls_as_text(message) if isinstance(message, AIMessage) and message.tool_calls else message


def _system_placed(messages: Sequence[BaseMessage], model: str, rules: HistoryRules) -> Iterator[BaseMessage]:
    """The messages; a system message in mid-conversation is a user's where the model does not take it there."""
    leading, after_user = True, False
    for message in messages:
        if not isinstance(message, SystemMessage):
            leading, after_user = False, isinstance(message, UserMessage | ToolMessage)
        elif not leading and not (after_user and rules.takes_system(model)):
            yield UserMessage(id=message.id, content=f"<system>\n{message.content}\n</system>")
            continue
        yield message


def _system_joined(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """The messages with the leading system messages as one, with a blank line between their texts."""
    turns = next((n for n, m in enumerate(messages) if not isinstance(m, SystemMessage)), len(messages))
    if turns <= 1:
        return list(messages)
    text = "\n\n".join([message.content for message in messages[:turns]])
    return [SystemMessage(id=messages[0].id, content=text), *messages[turns:]]


def _check_ends(messages: Sequence[BaseMessage], call: Call, rules: HistoryRules) -> None:
    """Accept a conversation that begins and ends as the API asks for.

    Raises:
        PromptError: it does not.
    """
    turns = [message for message in messages if not isinstance(message, SystemMessage)]
    if not turns:
        if rules.needs_turn:
            raise PromptError(
                f"{call.provider} takes no conversation of system messages alone; append a UserMessage",
                provider=call.provider,
                model=call.model,
            )
        return
    if rules.needs_user_first and isinstance(turns[0], AIMessage):
        raise PromptError(
            f"{call.provider} takes only conversations that begin with a user's message; put one first",
            provider=call.provider,
            model=call.model,
        )
    if isinstance(turns[-1], AIMessage) and rules.refuses_prefill(call.model):
        raise UnsupportedFeatureError(
            f"{call.model} can't continue an assistant's message; append a UserMessage that asks it to go on",
            provider=call.provider,
            model=call.model,
        )
