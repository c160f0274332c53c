"""Extras: how they are checked, combined and merged, for an API made up here."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import TypedDict

from god_llm import InvalidSettingError, UnsupportedParameterError
from god_llm.domain.extra import CustomExtra, ExtraRules, combine_extra, merge_extra
from god_llm.domain.extra_check import check_extra
from god_llm.domain.plain_json import JsonObject


class Sampling(TypedDict, total=False):
    """An object inside the extra."""

    mirostat: int | None


class Extra(TypedDict, total=False):
    """The parameters of the made-up API."""

    cache_key: str | None
    truncation: Literal["auto", "disabled"]
    store: bool
    price: float
    tools: Sequence[dict[str, object]]
    format: str | dict[str, object]
    options: Sampling


RULES: Final = ExtraRules(
    provider="acme",
    declared=Extra,
    setting_of={
        "max_output_tokens": "max_tokens",
        "service_tier": "service_tier",
        "tools": "tools",
        "options.seed": "seed",
        "inference.limit": "max_tokens",
        "inference.stop": "stop",
    },
    shared=frozenset({"tools"}),
    appended=frozenset({"tools", "config.list"}),
    reserved=frozenset({"model", "stream"}),
)

# -- the check --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"cache_key": "k", "truncation": "auto", "store": False, "price": 1},
        {"cache_key": None},
        {"tools": [{"type": "search"}]},
        {"tools": ({"type": "search"},)},
        {"format": "json"},
        {"format": {"type": "object"}},
        {"options": {"mirostat": 1}},
    ],
)
def test_an_extra_of_declared_keys_and_types_is_accepted(extra: JsonObject) -> None:
    """What a type checker accepts is accepted at run time."""
    check_extra(extra, RULES)


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"cache_kye": "k"}, "acme has no request parameter 'cache_kye'. Did you mean 'cache_key'?"),
        ({"service_teir": "x"}, "Did you mean 'service_tier', which is the setting service_tier=?"),
        ({"options": {"mirostta": 1}}, "acme has no request parameter 'options.mirostta'. Did you mean 'options.miros"),
        ({"options": {"sede": 1}}, "Did you mean 'options.seed', which is the setting seed=?"),
        ({"zzz": 1}, "acme has no request parameter 'zzz'. A parameter that this version does not know"),
        ({"zzz": 1}, "extra=CustomExtra({...})"),
        ({"max_tokens": 1}, "Pass max_tokens= in place of an extra."),
        ({"inference": {"limit": 1}}, "'inference.limit' is a setting: pass max_tokens= in place"),
        ({"inference": {"other": 1}}, "Pass max_tokens=, stop= in place of an extra."),
        ({"max_output_tokens": 1}, "'max_output_tokens' is a setting: pass max_tokens= in place of an extra"),
        ({"options": {"seed": 1}}, "'options.seed' is a setting: pass seed= in place of an extra"),
        ({"stream": True}, "'stream' can't be an extra, since every request sets it: leave it out"),
    ],
)
def test_a_key_that_is_not_declared_is_refused_with_what_to_do(extra: JsonObject, said: str) -> None:
    """The error names the parameter, the nearest one or the setting to use, and the door for unknown parameters."""
    with pytest.raises(UnsupportedParameterError) as caught:
        check_extra(extra, RULES)
    assert said in str(caught.value)
    assert caught.value.provider == "acme"


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"store": "no"}, "extra 'store' must be bool: 'no' does not fit"),
        ({"store": 1}, "extra 'store' must be bool: 1 does not fit"),
        ({"cache_key": 5}, "extra 'cache_key' must be str or None: 5 does not fit"),
        ({"truncation": "on"}, "extra 'truncation' must be 'auto' or 'disabled': 'on' does not fit"),
        ({"price": True}, "extra 'price' must be float: True does not fit"),
        ({"tools": "search"}, "extra 'tools' must be Sequence[dict[str, object]]: 'search' does not fit"),
        ({"tools": ["search"]}, "extra 'tools' must be Sequence[dict[str, object]]: 'search' does not fit"),
        ({"tools": iter([])}, "extra 'tools' must be Sequence[dict[str, object]]: a value of type list_iterator"),
        ({"format": 5}, "extra 'format' must be str or dict[str, object]: 5 does not fit"),
        ({"options": []}, "extra 'options' must be Sampling: a value of type list does not fit"),
        ({"options": {"mirostat": "1"}}, "extra 'options.mirostat' must be int or None: '1' does not fit"),
    ],
)
def test_a_value_of_another_type_is_refused_with_the_wanted_type(extra: JsonObject, said: str) -> None:
    """The error names the parameter and the declared type, also where the value is inside another."""
    with pytest.raises(InvalidSettingError) as caught:
        check_extra(extra, RULES)
    assert said in str(caught.value)
    assert caught.value.provider == "acme"


@pytest.mark.parametrize("extra", [["store"], "store", 5])
def test_an_extra_that_is_no_dict_is_refused(extra: object) -> None:
    """A list or a text in place of the whole extra is an error, not a crash."""
    with pytest.raises(InvalidSettingError, match="extra must be a dict"):
        check_extra(extra, RULES)  # type: ignore[arg-type]  # the law is about code that is not typed


def test_the_error_of_a_wrong_value_does_not_quote_it_at_length() -> None:
    """A value that may hold a token is neither in the error's text nor in what is chained to it."""
    token = "token-" * 10
    with pytest.raises(InvalidSettingError) as caught:
        check_extra({"options": [{"authorization_token": token}]}, RULES)
    with pytest.raises(InvalidSettingError) as also_caught:
        check_extra({"store": token}, RULES)
    for error in (caught.value, also_caught.value):
        assert token not in str(error)
        assert error.__cause__ is error.__context__ is None


def test_a_custom_extra_is_not_checked() -> None:
    """`CustomExtra` sends any parameter, of any type; only what every request sets stays refused."""
    check_extra(CustomExtra({"min_p": 0.1, "store": "no", "max_output_tokens": 1}), RULES)
    with pytest.raises(UnsupportedParameterError, match="'stream' can't be an extra"):
        check_extra(CustomExtra({"stream": True}), RULES)


def test_a_custom_extra_stays_one_when_it_is_copied() -> None:
    """A process that gets it in a pickle does not check it either."""
    extra = CustomExtra({"min_p": 0.1})
    for copied in (pickle.loads(pickle.dumps(extra)), copy.copy(extra), copy.deepcopy(extra)):
        assert copied == extra
        assert type(copied) is CustomExtra


# -- merging: examples ------------------------------------------------------------------------------------------


def test_an_absent_parameter_is_set() -> None:
    """A parameter that the formatter did not write is sent as given."""
    assert merge_extra({"model": "m"}, {"store": False}, RULES) == {"model": "m", "store": False}


def test_objects_are_merged_at_any_depth() -> None:
    """The formatter's members of an object stay beside those of the extra."""
    merged = merge_extra({"o": {"a": 1, "p": {"x": 1}}}, {"o": {"b": 2, "p": {"y": 2}}}, RULES)
    assert merged == {"o": {"a": 1, "b": 2, "p": {"x": 1, "y": 2}}}


@pytest.mark.parametrize("items", [[{"b": 1}, {"a": 1}, {"b": 1}], ({"a": 1}, {"b": 1})])
def test_lists_that_the_rules_name_are_extended(items: Sequence[object]) -> None:
    """The items that the list does not have are added, each once, after the formatter's."""
    assert merge_extra({"tools": [{"a": 1}]}, {"tools": items}, RULES) == {"tools": [{"a": 1}, {"b": 1}]}
    assert merge_extra({"config": {"list": [1]}}, {"config": {"list": [2]}}, RULES) == {"config": {"list": [1, 2]}}


@pytest.mark.parametrize(
    ("request_body", "extra", "said"),
    [
        ({"max_output_tokens": 5}, {"max_output_tokens": 6}, "'max_output_tokens', which the request already has: set"),
        ({"max_output_tokens": 5}, {"max_output_tokens": 5}, "set it by max_tokens= alone, and leave it out of extra"),
        (
            {"options": {"seed": 1}},
            {"options": {"seed": 2}},
            "'options.seed', which the request already has: set it by",
        ),
        ({"options": {"seed": 1}}, {"options": 2}, "set it by seed= alone"),
        ({"tools": [1]}, {"tools": "search"}, "set it by with_tools(...) alone"),
        ({"tools": "search"}, {"tools": [1]}, "'tools'"),
        ({"messages": [1]}, {"messages": [2]}, "it comes from the messages or the model, and leave it out of extra"),
        ({"tools": {"deep": [1]}}, {"tools": {"deep": [2]}}, "'tools.deep'"),
    ],
)
def test_what_the_formatter_wrote_is_never_overridden(request_body: JsonObject, extra: JsonObject, said: str) -> None:
    """A collision is an error that names the path and the setting, for a `CustomExtra` as well."""
    for given_extra in (extra, CustomExtra(extra)):
        with pytest.raises(UnsupportedParameterError) as caught:
            merge_extra(request_body, given_extra, RULES)
        assert said in str(caught.value)
        assert caught.value.provider == "acme"


# -- merging and combining: laws --------------------------------------------------------------------------------

Path: TypeAlias = tuple[str, ...]

scalars = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["x", "y"])
lists = st.lists(scalars, max_size=3)
keys = st.sampled_from(["tools", "config", "list", "options", "seed", "a"])


def objects(keys: st.SearchStrategy[str], values: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    """Objects of few keys, so that two of them often share some, inside each other."""
    return st.recursive(
        st.dictionaries(keys, values, max_size=3),
        lambda inner: st.dictionaries(keys, values | inner, max_size=3),
        max_leaves=6,
    )


json_objects = objects(keys, scalars | lists)


def leaves(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Everything in an object that is not an object with something in it."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    else:
        yield path, value


def at(value: object, path: Path) -> object:
    """The value at a path."""
    for key in path:
        assert isinstance(value, Mapping)
        value = value[key]
    return value


def has(found: object, leaf: object) -> bool:
    """Whether a leaf is in what was found at its path: equal, or with more in it."""
    if isinstance(found, list) and isinstance(leaf, list):
        return all(item in found for item in leaf)
    return found == leaf or (leaf == {} and isinstance(found, Mapping))


@given(json_objects, json_objects)
def test_every_leaf_is_sent_or_an_error_is_raised(request_body: JsonObject, extra: JsonObject) -> None:
    """Nothing of the request and nothing of the extra is lost, and neither of the two is changed."""
    before = json.dumps([request_body, extra])
    try:
        merged = merge_extra(request_body, extra, RULES)
    except UnsupportedParameterError:
        shared = dict(leaves(request_body)).keys()
        assert any(
            path[: len(each)] == each or each[: len(path)] == path for path, _ in leaves(extra) for each in shared
        )
    else:
        for path, leaf in [*leaves(request_body), *leaves(extra)]:
            assert has(at(merged, path), leaf)
        written, given_leaves = dict(leaves(request_body)), dict(leaves(extra))
        for path, leaf in leaves(merged):
            assert path in written or path in given_leaves
            if path not in given_leaves:
                assert leaf == written[path]
    assert json.dumps([request_body, extra]) == before


@given(json_objects, json_objects)
def test_a_merged_request_shares_no_changed_part_with_the_request(request_body: JsonObject, extra: JsonObject) -> None:
    """A second merge of the same two gives the same: no list or object inside the request has grown."""
    try:
        first = merge_extra(request_body, extra, RULES)
    except UnsupportedParameterError:
        return
    assert merge_extra(request_body, extra, RULES) == first


@given(json_objects)
def test_without_an_extra_the_request_stays(request_body: JsonObject) -> None:
    """An empty extra adds nothing, and an extra merged into nothing is itself."""
    assert merge_extra(request_body, {}, RULES) == request_body
    assert merge_extra({}, request_body, RULES) == request_body


@given(json_objects, json_objects, json_objects)
def test_extras_may_be_merged_one_by_one(request_body: JsonObject, one: JsonObject, two: JsonObject) -> None:
    """Two extras merged one after the other are the two merged at once, where none of them collide."""
    try:
        at_once = merge_extra(request_body, merge_extra(one, two, RULES), RULES)
        one_by_one = merge_extra(merge_extra(request_body, one, RULES), two, RULES)
    except UnsupportedParameterError:
        return
    assert at_once == one_by_one


@given(json_objects, json_objects)
def test_the_call_wins_key_by_key(under: JsonObject, over: JsonObject) -> None:
    """All of the call's extra is in the result, and of the facade's what the call does not replace."""
    before = json.dumps([under, over])
    combined = combine_extra(under, over)
    assert combined is not None
    replaced = dict(leaves(over))
    for path, leaf in leaves(over):
        assert at(combined, path) == leaf or (leaf == {} and isinstance(at(combined, path), Mapping))
    for path, leaf in leaves(under):
        if not any(path[: len(each)] == each or each[: len(path)] == path for each in replaced):
            assert at(combined, path) == leaf
    assert json.dumps([under, over]) == before


@given(st.lists(objects(st.sampled_from(["a", "b", "type"]), st.integers(0, 9)), min_size=3, max_size=3))
def test_combining_is_associative_where_objects_stand_against_objects(extras: Sequence[JsonObject]) -> None:
    """A facade derived twice and one derived once with both extras send the same."""
    one, two, three = map(_in_layers, extras)
    assert combine_extra(combine_extra(one, two), three) == combine_extra(one, combine_extra(two, three))


def _in_layers(extra: JsonObject) -> JsonObject:
    """The same keys, renamed so that none is a scalar in one extra and an object in another."""
    return {
        f"{key}_object" if isinstance(value, Mapping) else key: _in_layers(value)
        if isinstance(value, Mapping)
        else value
        for key, value in extra.items()
    }


def test_an_object_with_a_type_replaces_the_one_below() -> None:
    """Of two alternatives the call's is sent whole, without members of the facade's."""
    under = {"tool_choice": {"type": "function", "name": "add"}, "reasoning": {"context": "auto"}}
    assert combine_extra(under, {"tool_choice": {"type": "auto"}, "reasoning": {"mode": "pro"}}) == {
        "tool_choice": {"type": "auto"},
        "reasoning": {"context": "auto", "mode": "pro"},
    }


def test_no_extra_leaves_the_other_as_it_is() -> None:
    """Without one of the two, the other is used itself."""
    extra = {"store": True}
    assert combine_extra(None, extra) is extra
    assert combine_extra(extra, None) is extra
    assert combine_extra(extra, {}) is extra
    assert combine_extra(None, None) is None
