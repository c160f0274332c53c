"""The pytest plugin: cassettes named after their tests, a container that uses them, a simulator, and a guard.

pytest loads it with the package (entry point `god_llm`); `-p no:god_llm` leaves it out. It imports the rest of the
library when a fixture is used, so that a test run that uses none pays nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from god_llm.containers import LLMContainer
    from god_llm.testing.cassettes import Cassette, Mode
    from god_llm.testing.guard import Guard
    from god_llm.testing.simulator import Simulator

__all__ = ["llm_cassette", "llm_cassette_config", "llm_container", "llm_simulator"]

_MODES: Final = ("none", "once", "new", "all")
_MARKER: Final = "allow_real_llm"
_LONGEST_NAME: Final = 100
"""Bytes of a file's name, without the digest and the ending: file systems take 255 at the most, some 143."""
_GUARD: Final = pytest.StashKey["Guard"]()
_PASSED: Final = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """What can be chosen."""
    group = parser.getgroup("god_llm", "god_llm: language models in tests")
    group.addoption(
        "--llm-record",
        choices=_MODES,
        default=None,
        help="what llm_cassette records: none (default) only replays; once: where there is no file;"
        " new: what is not known; all: everything anew",
    )
    group.addoption(
        "--llm-allow-unused",
        action="store_true",
        default=False,
        help="don't fail a test that leaves exchanges of its cassette unused",
    )
    parser.addini("llm_record", "the default of --llm-record", default="none")
    parser.addini("llm_allow_unused", "as --llm-allow-unused", type="bool", default=False)
    parser.addini("llm_guard", "fail tests that would reach a real provider", type="bool", default=True)


def pytest_configure(config: pytest.Config) -> None:
    """Say what the marker means."""
    config.addinivalue_line("markers", f"{_MARKER}: let this test reach a real provider.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """The guard is on from the first fixture of a test to its last."""
    del nextitem
    if not _guarded(item):
        return (yield)
    guard = _guard(item.config)
    guard.reached.clear()
    guard.on = True
    try:
        return (yield)
    finally:
        guard.on = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """A test that tried to reach a provider, or missed on its cassette, fails even if it caught the error."""
    yield
    guard = item.config.stash.get(_GUARD, None)
    if guard is not None and guard.on and guard.reached:
        raise _stopped(guard.reached[0])
    cassette = _cassette_of(item)
    if cassette is not None and cassette.missed:
        raise pytest.fail.Exception(f"the test caught this error: {cassette.missed[0]}", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note for the fixtures whether the test passed."""
    report = yield
    if call.when == "call":
        item.stash[_PASSED] = report.passed
    return report


@pytest.fixture
def llm_cassette_config() -> Mapping[str, Any]:
    """The options of `llm_cassette`, by keyword of `Cassette`: `ignore`, `repeat`, `timing`, `scrub`, `mode`.

    Override it in a module, a class or a `conftest.py`.
    """
    return {}


@pytest.fixture
def llm_cassette(request: pytest.FixtureRequest, llm_cassette_config: Mapping[str, Any]) -> Iterator[Cassette]:
    """The test's own cassette: `cassettes/<module>/<test>.json` beside the module.

    `--llm-record` says what is recorded; by default nothing. A test that passes and leaves recorded exchanges unused
    fails, unless `--llm-allow-unused` is given; so does one whose cassette had no answer, even if it caught the error.
    What a failed test recorded is set aside. A fixture of the same name may return another `Cassette`.
    """
    from god_llm.testing.cassettes import Cassette

    own = Cassette(_path(request.node), **{"mode": _mode(request.config), **llm_cassette_config})
    yield own
    cassette = _cassette_of(request.node) or own
    if cassette.recorded and not request.node.stash.get(_PASSED, False):
        aside = cassette.set_aside()
        request.node.add_report_section("teardown", "god_llm", f"the test failed: its recording is in {aside}")
    if cassette.unused and request.node.stash.get(_PASSED, False) and not _unused_allowed(request.config):
        pytest.fail(_unused(cassette), pytrace=False)


@pytest.fixture
def llm_container(llm_cassette: Cassette) -> Iterator[LLMContainer]:
    """All providers in one container, whose models answer from the test's cassette, or record on it.

    What a model needs beside its transport is yours to set: `llm_container.openai.settings.override(...)`.
    """
    from god_llm.containers import LLMContainer
    from god_llm.testing.cassettes import wire_cassette

    container = LLMContainer()
    wire_cassette(container, llm_cassette)
    yield container
    container.shutdown_resources()


@pytest.fixture
def llm_simulator() -> Iterator[Simulator]:
    """A running simulator of the five wires on loopback, with faults to script and a journal to read."""
    from god_llm.testing.simulator import Simulator

    with Simulator() as simulator:
        yield simulator


def _cassette_of(item: pytest.Item) -> Cassette | None:
    """The cassette that a test used: the value of the last fixture `llm_cassette`."""
    found = (getattr(item, "funcargs", None) or {}).get("llm_cassette")
    if found is None:
        return None
    from god_llm.testing.cassettes import Cassette

    return found if isinstance(found, Cassette) else None


def _guarded(item: pytest.Item) -> bool:
    """Whether a test must not reach a provider; one that records on its cassette may."""
    if not item.config.getini("llm_guard") or item.get_closest_marker(_MARKER) is not None:
        return False
    return _mode(item.config) == "none" or "llm_cassette" not in getattr(item, "fixturenames", ())


def _guard(config: pytest.Config) -> Guard:
    if _GUARD not in config.stash:
        from god_llm.testing.guard import Guard

        config.stash[_GUARD] = Guard(_stopped)
        config.stash[_GUARD].install()
    return config.stash[_GUARD]


def _stopped(host: str) -> BaseException:
    """The failure of a test. pytest's own is no `Exception`, so no SDK takes it for a broken connection."""
    return pytest.fail.Exception(
        f"this test would have reached a real provider, at {host}: use llm_cassette, llm_simulator or a FakeTransport,"
        f" or allow it with @pytest.mark.{_MARKER}",
        pytrace=False,
    )


def _mode(config: pytest.Config) -> Mode:
    chosen = config.getoption("--llm-record") or config.getini("llm_record")
    for mode in _MODES:
        if mode == chosen:
            return mode
    raise pytest.UsageError(f"llm_record is one of {', '.join(_MODES)}, not {chosen!r}")


def _path(test: pytest.Item) -> Path:
    """Where a test's cassette is."""
    name = _without_group(test).partition("::")[2]
    return test.path.parent / "cassettes" / test.path.stem / f"{_file_name(name)}.json"


def _without_group(test: pytest.Item) -> str:
    """The id of a test without the group that pytest-xdist adds with `--dist loadgroup`."""
    groups = {str(mark.args[0] if mark.args else mark.kwargs.get("name")) for mark in test.iter_markers("xdist_group")}
    return test.nodeid.removesuffix(f"@{'_'.join(sorted(groups))}") if groups else test.nodeid


def _file_name(test: str) -> str:
    """A test's name, with its class and its parameters, as every file system takes it; still one for each test."""
    name = re.sub(r"[^\w.\-\[\]]+", "-", test.replace("::", "."))
    in_bytes = name.encode()
    if name == test.replace("::", ".") and len(in_bytes) <= _LONGEST_NAME:
        return name
    beginning = in_bytes[:_LONGEST_NAME].decode(errors="ignore")  # without half a character
    return f"{beginning}-{hashlib.sha256(test.encode()).hexdigest()[:8]}"


def _unused_allowed(config: pytest.Config) -> bool:
    return bool(config.getoption("--llm-allow-unused") or config.getini("llm_allow_unused"))


def _unused(cassette: Cassette) -> str:
    import json

    first = json.dumps(cassette.unused[0].request, ensure_ascii=False)
    return (
        f"{len(cassette.unused)} of {len(cassette.exchanges)} exchanges in {cassette.path} were not used"
        f" (--llm-allow-unused lets them be, --llm-record=all records anew). The first: {first[:300]}"
    )
