"""Taking the secrets that were sent out of the errors that come back: servers and proxies echo them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, MutableMapping

from god_llm.http.errors import HttpStatusError
from god_llm.http.headers import Hidden
from god_llm.http.outgoing import Outgoing

__all__ = ["hide_sent", "without_sent"]

_MASK = "**********"
_SHORTEST = 6
"""Characters of a secret at the least: a shorter one would be found in ordinary words."""


def hide_sent(error: Exception, request: Outgoing) -> None:
    """Replace the secrets of a request in the texts and the fields of an error and of its causes."""
    secrets = _sent(request)
    if not secrets:
        return
    for each in _chain(error):
        each.args = tuple(_hidden(arg, secrets) for arg in each.args)
        fields = vars(each)  # SDKs keep the text, body and code of a failure in fields of their own
        fields.update({name: _hidden(value, secrets) for name, value in fields.items()})
        _mask_exchange(fields.values(), request, secrets)


def without_sent(failure: HttpStatusError, request: Outgoing) -> HttpStatusError:
    """A failure whose body has none of the secrets of a request: a text that is cut later shows no part of one."""
    body = _in_bytes(failure.body, _sent(request))
    return HttpStatusError(failure.status, failure.headers, body, failure.url)


def _sent(request: Outgoing) -> frozenset[str]:
    """The secrets in a request: values of hidden headers, without a scheme such as `Bearer`, and of the query."""
    values = [value for value in (*request.headers.values(), *request.query.values()) if isinstance(value, Hidden)]
    bare = (str(value).rpartition(" ")[2] for value in values)
    return frozenset(value for value in bare if len(value) >= _SHORTEST)


def _mask_exchange(kept: Collection[object], request: Outgoing, secrets: Collection[str]) -> None:
    """Mask the secrets in the request and the response that an SDK keeps on its error: headers and body.

    Packages that pickle a traceback with its causes, as Dask does, would send them to other processes.
    """
    names = [name for name, value in request.headers.items() if isinstance(value, Hidden)]
    for each in kept:
        for holder in (each, getattr(each, "_request", None)):  # `httpx.Response.request` raises where there is none
            headers = getattr(holder, "headers", None)
            if isinstance(headers, MutableMapping):
                headers.update({name: _MASK for name in names if name in headers})
                fields = getattr(holder, "__dict__", {})
                fields.update({n: _hidden(v, secrets) for n, v in fields.items() if isinstance(v, bytes | str)})


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen = set[int]()
    behind: BaseException | None = error
    while behind is not None and id(behind) not in seen:
        seen.add(id(behind))
        yield behind
        behind = behind.__cause__ or behind.__context__


def _hidden(value: object, secrets: Collection[str]) -> object:
    """A text, bytes or JSON value without the secrets; of another value that shows one, its masked `repr`."""
    match value:
        case str():
            return _in_text(value, secrets)
        case bytes():
            return _in_bytes(value, secrets)
        case Mapping():
            return {_hidden(name, secrets): _hidden(each, secrets) for name, each in value.items()}
        case list():
            return [_hidden(each, secrets) for each in value]
        case _:  # an SDK's model of the error, for example
            text = repr(value)
            hidden = _in_text(text, secrets)
            return value if hidden == text else hidden


def _in_text(text: str, secrets: Collection[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, _MASK)
    return text


def _in_bytes(content: bytes, secrets: Collection[str]) -> bytes:
    for secret in secrets:
        content = content.replace(secret.encode(), _MASK.encode())
    return content
