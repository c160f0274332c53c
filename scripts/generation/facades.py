"""`chat.py` of each provider: the facade, its keyword options as types, and its overloads."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from generation.model_names import CUSTOM, Group, groups_of
from generation.source import HEADER, ApiSource, Source, attribute_docs
from god_llm.engine.chat import ChatModel

__all__ = ["chat_module", "option_classes"]

RETIRED: Final = "this model is retired, or will be: a warning at run time names the day and the successor"
WIDTH: Final = 112
OPTION_TYPES: Final[Mapping[str, str]] = {"region": "str | None", "max_concurrency": "int | None"}
"""The connection options that only some providers have."""


def chat_module(source: Source) -> str:
    """The provider's `chat.py`."""
    imports = _Imports()
    body = "\n".join([*_options_classes(source, imports), *_facade(source, imports)])
    return "\n".join(
        [
            f'"""The facade of {source.value.title}."""',
            "",
            HEADER,
            "",
            "from __future__ import annotations",
            "",
            "from typing import TYPE_CHECKING, ClassVar",
            "",
            "from god_llm.engine.any_chat import AnyChatModel",
            "from god_llm.engine.chat import ChatModel",
            "from god_llm.engine.provider import Provider",
            f"from {source.package}.models import {source.title}ModelT",
            f"from {source.package}.provider import PROVIDER",
            "",
            "if TYPE_CHECKING:",
            "    from collections.abc import Callable, Mapping, Sequence",
            "    from typing import Literal, Required, TypeAlias, Unpack, overload",
            "    from typing_extensions import TypedDict, deprecated",
            "    from god_llm.domain.extra import CustomExtra",
            "    from god_llm.domain.facts import ReasoningEffort",
            "    from god_llm.domain.settings import Verbosity",
            "    from god_llm.engine.options import ChatOptions",
            f"    from {source.package} import models as m",
            f"    from {source.package}.models import Any{source.title}Model",
            "    from god_llm.plugins.no_match import Anything, NoMatchingModel",
            *imports.for_types(),
            "",
            body,
            "",
        ]
    )


class _Imports:
    """The types that a facade is written with; at run time a type of requests or extras is a plain `dict`."""

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}

    def name(self, path: str | None, alias: str, otherwise: str) -> str:
        """The name under which a type is imported."""
        if path is None:
            return otherwise
        self._paths[alias] = path
        return alias

    def for_types(self) -> Iterator[str]:
        """The import lines."""
        for alias, path in self._paths.items():
            module, _, name = path.partition(":")
            yield f"    from {module} import {name}" + (f" as {alias}" if name != alias else "")


# -- options ---------------------------------------------------------------------------------------------------


def option_classes(source: Source) -> list[str]:
    """The names of the TypedDicts of a facade's keyword options, one for each API."""
    return [f"{source.title}{_suffix(source, api)}Options" for api in source.apis]


def _suffix(source: Source, api: ApiSource) -> str:
    return "".join(word.title() for word in api.name.split("_")) if len(source.apis) > 1 else ""


def _request(source: Source, api: ApiSource, imports: _Imports) -> str:
    return imports.name(api.imported("wire", "Request"), f"{_suffix(source, api)}Request", "JsonObject")


def _extra(api: ApiSource, imports: _Imports) -> str:
    if api.api.extra is None:
        return "JsonObject"
    declared = api.api.extra().declared
    return imports.name(f"{declared.__module__}:{declared.__name__}", declared.__name__, "")


def _options_classes(source: Source, imports: _Imports) -> Iterator[str]:
    """One TypedDict for each API; where there are several, one more for calls that fit no overload."""
    types: list[str] = []
    for api in source.apis:
        types += ["", *_options_class(source, api, imports)]
    if source.value.serve is not None:
        types += ["", *_options_class(source, _served_api(source), imports, served=True)]
    types += ["", *_any_options_class(source)]
    if len(source.apis) > 1:
        union = " | ".join(_extra(api, imports) for api in source.apis)
        types += ["", f"{source.title}Extra: TypeAlias = {union}"]
    yield textwrap.indent("\n".join(types), "    ")
    stand_ins = {_request(source, api, imports) for api in source.apis} | {_class_extra(source, imports)}
    names = sorted(stand_ins - {"JsonObject"}) if len(source.apis) == 1 else [f"{source.title}Extra"]
    yield "else:"
    yield f"    {' = '.join([*names, 'JsonObject'])} = dict  # the types are for type checkers"
    yield ""
    yield f'__all__ = ["{source.facade}"]'


def _served_api(source: Source) -> ApiSource:
    """The API that servers speak: the one of which there is a row for each."""
    return source.apis[-1]


def _options_class(source: Source, api: ApiSource, imports: _Imports, *, served: bool = False) -> Iterator[str]:
    client = imports.name(api.imported("transport", "SyncClient"), "SyncClient", "object")
    async_client = imports.name(api.imported("transport", "AsyncClient"), "AsyncClient", "object")
    where = f" over {api.name}" if len(source.apis) > 1 else ""
    request = _request(source, api, imports)
    kind, whose = ("Server", "a server that speaks") if served else (_suffix(source, api), "a model of")
    yield f"class {source.title}{kind}Options(ChatOptions[{request}], total=False):"
    yield f'    """The keyword options of {whose} {source.value.title}{where}."""'
    yield ""
    if served:
        yield f'    api: Literal["{api.name}"]'
        yield f"    server: Required[{_server_type(source, imports)}]"
    elif len(source.apis) > 1:
        literal = f'Literal["{api.name}"]'
        is_default = api.name == source.apis[0].name
        yield f"    api: {literal if is_default else f'Required[{literal}]'}"
    yield f"    client: {_factory(client)}"
    yield f"    async_client: {_factory(async_client)}"
    yield f"    extra: {_extra(api, imports)} | CustomExtra | None"
    for name, annotation, _ in attribute_docs("god_llm.domain.settings", "ModelIndependentSettings"):
        yield f"    {name}: {annotation if name in api.api.settings else 'None'}"
    for name in sorted(source.value.own_options):
        yield f"    {name}: {OPTION_TYPES[name]}"


def _server_type(source: Source, imports: _Imports) -> str:
    names = [imports.name(f"{source.package}.servers:{name}", name, "") for name in ("Server", "ServerName")]
    return " | ".join(names)


def _factory(client: str) -> str:
    return "object" if client == "object" else f"{client} | Callable[[], {client}] | None"


def _any_options_class(source: Source) -> Iterator[str]:
    yield f"class {source.title}AnyOptions(TypedDict, total=False):"
    yield '    """Every keyword option with any value, for a call that fits no overload."""'
    yield ""
    docs = attribute_docs("god_llm.engine.options", "PartOptions", "ChatOptions")
    own = ["client", "async_client", "extra", *sorted(source.value.own_options)]
    own += [] if source.value.serve is None else ["server"]
    names = [*(name for name, _, _ in _setting_docs()), *(name for name, _, _ in docs), *own]
    for name in [*names, *(["api"] if len(source.apis) > 1 else [])]:
        if name not in ("top_p", "reasoning"):
            yield f"    {name}: Anything"


# -- the class -------------------------------------------------------------------------------------------------


def _class_request(source: Source, imports: _Imports) -> str:
    return _request(source, source.apis[0], imports) if len(source.apis) == 1 else "JsonObject"


def _class_extra(source: Source, imports: _Imports) -> str:
    return _extra(source.apis[0], imports) if len(source.apis) == 1 else f"{source.title}Extra"


def _facade(source: Source, imports: _Imports) -> Iterator[str]:
    if "JsonObject" in (_class_request(source, imports), _class_extra(source, imports)):
        imports.name("god_llm.domain.plain_json:JsonObject", "JsonObject", "")
    parameters = f"{source.title}ModelT, {_class_request(source, imports)}, {_class_extra(source, imports)}"
    yield ""
    yield ""
    # The second base is what a type checker finds in common between the facades of two providers.
    yield f"class {source.facade}(ChatModel[{parameters}], AnyChatModel[{source.title}ModelT]):"
    yield textwrap.indent(_docstring(source), "    ")
    yield ""
    yield "    definition: ClassVar[Provider] = PROVIDER"
    yield ""
    yield "    if TYPE_CHECKING:"
    yield "        # fmt: off"
    for api, options in zip(source.apis, option_classes(source), strict=True):
        for group in groups_of(source, api):
            yield from _overload(source, group, options)
    if source.value.serve is not None:
        custom = next(group for group in groups_of(source, _served_api(source)) if group.name == CUSTOM)
        yield from _overload(source, custom, f"{source.title}ServerOptions")
    for api, options in zip(source.apis, option_classes(source), strict=True):
        for group in groups_of(source, api):
            if group.models and not group.retired and (group.must_reason or group.sampling != "None"):
                yield from _overload(source, group, options, of_subclass=True)
    yield from _no_match(source)
    yield "        # fmt: on"


def _overload(source: Source, group: Group, options: str, *, of_subclass: bool = False) -> Iterator[str]:
    """One overload; a subclass, which calls `super().__init__`, has others that say nothing of the facade's model."""
    reasoning = group.reasoning if group.must_reason else f"{group.reasoning} = ..."
    yield "        @overload"
    if group.retired:
        yield f'        @deprecated("{RETIRED}")'
    owner, model = f"{source.facade}[m.{group.name}]", f"m.{group.name}"
    if of_subclass:
        owner, model = source.facade, f"Literal{[*group.models]}".replace("'", '"')
    yield f"        def __init__(self: {owner}, model_name: {model},"
    yield f"                     temperature: {group.sampling} = ..., api_key: str | None = ..., *,"
    yield f"                     reasoning: {reasoning}, top_p: {group.sampling} = ...,"
    yield f"                     **options: Unpack[{options}]) -> None: ..."


def _no_match(source: Source) -> Iterator[str]:
    """An overload that fits no call (see `god_llm.plugins.no_match`), and the implementation."""
    yield "        @overload"
    yield f"        def __init__(self: {source.facade}, model_name: NoMatchingModel,"
    yield "                     temperature: Anything = ..., api_key: Anything = ..., *,"
    yield "                     reasoning: Anything = ..., top_p: Anything = ...,"
    yield f"                     **options: Unpack[{source.title}AnyOptions]) -> None: ..."
    yield f"        def __init__(self, model_name: Any{source.title}Model | NoMatchingModel,"
    yield "                     temperature: float | None = ..., api_key: str | None = ...,"
    yield "                     **options: object) -> None: ..."


# -- the docstring ---------------------------------------------------------------------------------------------


def _docstring(source: Source) -> str:
    """The provider's summary, and every keyword: the provider's own note, else the common one."""
    accepted = {name for api in source.apis for name in api.api.settings}
    settings = {name: text for name, _, text in _setting_docs()}
    lines = [f'"""{source.value.summary}', "", "Args:"]
    for names, text in _keywords(source, {name: settings[name] for name in settings if name in accepted}):
        lines += textwrap.wrap(
            f"{names}: {text}", WIDTH, initial_indent="    ", subsequent_indent="        ", break_on_hyphens=False
        )
    refusals = " ".join(_refusals(source, settings))
    if refusals:
        lines += ["", *textwrap.wrap(refusals, WIDTH, break_on_hyphens=False)]
    return "\n".join([*lines, '"""'])


def _refusals(source: Source, settings: Iterable[str]) -> Iterator[str]:
    """One sentence for each API that does not accept every setting."""
    for each in source.apis:
        refused = [name for name in settings if name not in each.api.settings]
        if refused:
            subject = f'{source.value.title} with api="{each.name}"' if each.name else source.value.title
            yield f"{subject} does not accept {_listed(refused)}."


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


def _keywords(source: Source, settings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    notes, common = source.value.notes, dict(_constructor_docs())
    for names, text in common.items():
        if names == "extra":
            yield from ((name, notes.get(name, _lowered(text))) for name, text in settings.items())
        if names == "region, max_concurrency":
            yield from ((name, notes[name]) for name in sorted(source.value.own_options))
        elif names == "server":
            if source.value.serve is not None:
                yield names, notes.get(names, text)
        elif names != "**settings" and (names != "api" or len(source.apis) > 1):
            yield names, notes.get(names, text)


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _setting_docs() -> Iterator[tuple[str, str, str]]:
    yield from attribute_docs("god_llm.domain.settings", "KeywordSettings")
    yield from attribute_docs("god_llm.domain.settings", "ModelIndependentSettings")


def _constructor_docs() -> Iterator[tuple[str, str]]:
    """The `Args` of `ChatModel`: (names, text)."""
    documented = inspect.getdoc(ChatModel) or ""
    args = textwrap.dedent(documented.partition("Args:\n")[2].partition("\n\n")[0])
    for entry in re.split(r"\n(?=\S)", args.strip("\n")):
        names, _, text = entry.partition(": ")
        yield names, " ".join(text.split())
