"""The pytest plugin, as an application's tests meet it: in a process of its own, loaded by its entry point."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from god_llm.testing.simulator import Simulator


class Project:
    """An application's folder with tests, run as somebody would run them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "pytest.ini").write_text(
            "[pytest]\naddopts = --strict-markers -p no:cacheprovider\nfilterwarnings = error\n"
        )

    def write(self, tests: str) -> None:
        """Write `test_app.py`."""
        (self.folder / "test_app.py").write_text(dedent(tests))

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run its tests."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *arguments, str(self.folder)],
            cwd=self.folder,
            env={**kept, "PYTHONDONTWRITEBYTECODE": "1", **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def cassettes(self) -> list[str]:
        """The recorded files."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("cassettes/**/*.json"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty one."""
    return Project(tmp_path)


ASKING = """
    import pytest
    from god_llm.containers import OllamaSettings

    @pytest.mark.parametrize("word", ["hi", "a/b: ?"])
    def test_answer(llm_container, word):
        llm_container.ollama.settings.override(OllamaSettings(model="llama3.1"))
        assert llm_container.ollama.llm().generate(word).content == f"You said: {word}"
"""


def test_a_cassette_is_recorded_once_and_replayed_ever_after(project: Project, simulator: Simulator) -> None:
    """The file is named after the test and its parameters; a replay needs no server, a missing file is a miss."""
    project.write(ASKING)
    missed = project.run()
    assert "CassetteMissError" in missed.stdout
    assert "--llm-record=once" in missed.stdout
    recorded = project.run("--llm-record=once", GOD_LLM_OLLAMA_BASE_URL=simulator.url("ollama"))
    assert recorded.returncode == 0, recorded.stdout
    first, second = project.cassettes
    assert first.startswith("cassettes/test_app/test_answer[a-b-")
    assert second == "cassettes/test_app/test_answer[hi].json"
    replayed = project.run()
    assert replayed.returncode == 0, replayed.stdout
    assert len(simulator.journal) == 2


def test_workers_share_the_work(project: Project, simulator: Simulator) -> None:
    """The options reach the processes of pytest-xdist."""
    project.write(ASKING)
    recorded = project.run("-n2", "--llm-record=new", GOD_LLM_OLLAMA_BASE_URL=simulator.url("ollama"))
    assert recorded.returncode == 0, recorded.stdout + recorded.stderr
    assert len(project.cassettes) == 2
    assert project.run("-n2").returncode == 0


def test_the_name_of_a_cassette_fits_every_file_system(project: Project, simulator: Simulator) -> None:
    """It is bounded in bytes, one for each test, and the same with and without the groups of pytest-xdist."""
    project.write(
        """
        import pytest

        @pytest.mark.xdist_group("a")
        @pytest.mark.parametrize("word", ["\u00fc" * 300 + end for end in "ab"])
        def test_answer(llm_container, word):
            from god_llm.containers import OllamaSettings
            llm_container.ollama.settings.override(OllamaSettings(model="llama3.1"))
            assert llm_container.ollama.llm().generate(word).content
        """
    )
    recorded = project.run(
        "-n2", "--dist=loadgroup", "--llm-record=new", GOD_LLM_OLLAMA_BASE_URL=simulator.url("ollama")
    )
    assert recorded.returncode == 0, recorded.stdout + recorded.stderr
    assert len(project.cassettes) == 2
    assert all(len(Path(path).name.encode()) < 143 for path in project.cassettes)
    assert project.run().returncode == 0


def test_an_unused_exchange_fails_the_test_that_left_it(project: Project, simulator: Simulator) -> None:
    """A cassette that holds more than its test asks for is stale, unless that is allowed."""
    project.write(ASKING)
    project.run("--llm-record=once", GOD_LLM_OLLAMA_BASE_URL=simulator.url("ollama"))
    project.write(
        """
        import pytest

        @pytest.mark.parametrize("word", ["hi"])
        def test_answer(llm_cassette, word):
            assert len(llm_cassette.exchanges) == 1
        """
    )
    stale = project.run()
    assert stale.returncode == 1
    assert "1 of 1 exchanges" in stale.stdout
    assert project.run("--llm-allow-unused").returncode == 0
    assert project.run("-o", "llm_allow_unused=true").returncode == 0


def test_a_miss_fails_the_test_that_caught_it(project: Project) -> None:
    """An application that says something friendly in place of the error does not make the test green."""
    project.write(
        """
        from god_llm import BaseLLMException
        from god_llm.containers import OllamaSettings

        def test_answer(llm_container):
            llm_container.ollama.settings.override(OllamaSettings(model="llama3.1"))
            try:
                llm_container.ollama.llm().generate("hi")
            except BaseLLMException:
                pass
        """
    )
    run = project.run()
    assert "1 failed" in run.stdout
    assert "the test caught this error" in run.stdout
    assert "--llm-record=once" in run.stdout


FAILING = """
    import os
    from god_llm.containers import OllamaSettings

    def test_answer(llm_container):
        settings = OllamaSettings(model="llama3.1", base_url=os.environ["SIMULATOR"], max_retries=0)
        llm_container.ollama.settings.override(settings)
        assert llm_container.ollama.llm().generate("hi").content == os.environ["WANTED"]
"""


@pytest.mark.parametrize("mode", ["once", "new", "all"])
def test_the_recording_of_a_failed_test_is_set_aside(project: Project, simulator: Simulator, mode: str) -> None:
    """The next run records anew, and a recording that was there before is there again."""
    project.write(FAILING)
    url = simulator.url("ollama")
    failed = project.run(f"--llm-record={mode}", SIMULATOR=url, WANTED="something else")
    assert "1 failed" in failed.stdout
    assert project.cassettes == ["cassettes/test_app/test_answer.failed.json"]
    assert "test_answer.failed.json" in failed.stdout
    assert project.run(f"--llm-record={mode}", SIMULATOR=url, WANTED="You said: hi").returncode == 0
    good = (project.folder / "cassettes/test_app/test_answer.json").read_text()
    project.run("--llm-record=all", SIMULATOR=url, WANTED="something else")
    assert (project.folder / "cassettes/test_app/test_answer.json").read_text() == good


def test_the_options_of_the_cassette_can_be_set(project: Project, simulator: Simulator) -> None:
    """A fixture sets them, and a fixture of the cassette's own name may replace it."""
    own = "Cassette(llm_cassette.path, llm_cassette.mode, ignore=['options.seed'])"
    for fixture in (
        "def llm_cassette_config(): return {'ignore': ['options.seed']}",
        f"def llm_cassette(llm_cassette): return {own}",
    ):
        project.write(
            f"""
            import os
            import pytest
            from god_llm.containers import OllamaSettings
            from god_llm.testing import Cassette

            @pytest.fixture
            {fixture}

            def test_answer(llm_container):
                url, seed = os.environ["SIMULATOR"], int(os.environ["SEED"])
                settings = OllamaSettings(model="llama3.1", base_url=url, seed=seed)
                llm_container.ollama.settings.override(settings)
                assert llm_container.ollama.llm().generate("hi").content == "You said: hi"
            """
        )
        url = simulator.url("ollama")
        recorded = project.run("--llm-record=all", SIMULATOR=url, SEED="1")
        assert recorded.returncode == 0, recorded.stdout
        replayed = project.run(SIMULATOR="http://127.0.0.1:9", SEED="2")
        assert replayed.returncode == 0, replayed.stdout


def test_a_failed_test_is_not_blamed_twice(project: Project, simulator: Simulator) -> None:
    """Unused exchanges of a test that broke off are no news."""
    project.write(ASKING)
    project.run("--llm-record=once", GOD_LLM_OLLAMA_BASE_URL=simulator.url("ollama"))
    project.write(
        """
        import pytest

        @pytest.mark.parametrize("word", ["hi"])
        def test_answer(llm_cassette, word):
            raise ValueError("broken")
        """
    )
    broken = project.run()
    assert "1 failed" in broken.stdout
    assert "error" not in broken.stdout.splitlines()[-1]


GUARDED = """
    import asyncio
    import socket
    import pytest
    from god_llm import (
        BaseLLMException, ChatAnthropic, ChatBedrock, ChatGroq, ChatOllama, ChatOpenAI,
    )

    MODELS = [
        lambda url: ChatAnthropic("claude-sonnet-5-5", api_key="key", base_url=url, timeout=1),
        lambda url: ChatOpenAI("gpt-5.5", api_key="key", base_url=url, timeout=1),
        lambda url: ChatGroq("openai/gpt-oss-20b", api_key="key", base_url=url, timeout=1),
        lambda url: ChatOllama("llama3.1", base_url=url or "https://ollama.com", timeout=1),
        lambda url: ChatBedrock("amazon.nova-lite-v1:0", api_key="key", region="us-east-1", base_url=url, timeout=1),
    ]

    async def read(stream):
        async for _ in stream:
            pass

    WAYS = {
        "whole": lambda model: model.generate("hi"),
        "stream": lambda model: [*model.stream("hi")],
        "awhole": lambda model: asyncio.run(model.agenerate("hi")),
        "astream": lambda model: asyncio.run(read(model.astream("hi"))),
    }

    @pytest.mark.parametrize("url", [None, "http://192.0.2.1:9/v1"])
    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize("make", MODELS)
    def test_real(make, way, url):
        try:
            WAYS[way](make(url))
        except BaseLLMException:
            pass
"""


def test_a_test_that_would_reach_a_real_provider_fails(project: Project) -> None:
    """By default, for each provider and each kind of call, at its usual address and at another one."""
    project.write(GUARDED)
    run = project.run("-W", "ignore")
    assert "40 failed" in run.stdout, run.stdout
    assert run.stdout.count("would have reached a real provider, at 192.0.2.1") >= 20
    assert "api.openai.com" in run.stdout


def test_passing_over_the_error_does_not_help(project: Project) -> None:
    """Code that swallows everything fails its test all the same."""
    project.write(
        """
        import contextlib
        from god_llm import ChatOpenAI

        def test_swallowed():
            with contextlib.suppress(BaseException):
                ChatOpenAI("gpt-5.5", api_key="key").generate("hi")
        """
    )
    assert "1 failed" in project.run().stdout


def test_what_is_none_of_our_business_is_let_through(project: Project) -> None:
    """Other connections, connections on this machine, marked tests, and runs without the guard."""
    project.write(
        """
        import contextlib
        import socket
        import pytest
        from god_llm import BaseLLMException, ChatOllama

        def test_another_host():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other, contextlib.suppress(OSError):
                other.connect(("192.0.2.1", 9))

        def test_this_machine(llm_simulator):
            llm = ChatOllama("llama3.1", base_url=llm_simulator.url("ollama"))
            assert llm.generate("hi").content == "You said: hi"
            assert len(llm_simulator.journal) == 1

        @pytest.mark.allow_real_llm
        def test_marked():
            with pytest.raises(BaseLLMException):
                ChatOllama("llama3.1", base_url="http://192.0.2.1:9", timeout=0.01, max_retries=0).generate("hi")
        """
    )
    run = project.run()
    assert "3 passed" in run.stdout, run.stdout


def test_the_guard_can_be_turned_off(project: Project) -> None:
    """`llm_guard = false`."""
    project.write(
        """
        import pytest
        from god_llm import BaseLLMException, ChatOllama

        def test_unmarked():
            with pytest.raises(BaseLLMException):
                ChatOllama("llama3.1", base_url="http://192.0.2.1:9", timeout=0.01, max_retries=0).generate("hi")
        """
    )
    assert "1 failed" in project.run().stdout
    assert "1 passed" in project.run("-o", "llm_guard=false").stdout


def test_a_mistaken_setting_is_told(project: Project) -> None:
    """An unknown mode in the ini file names the modes."""
    project.write("def test_nothing(llm_cassette): pass")
    run = project.run("-o", "llm_record=always")
    assert "none, once, new, all" in run.stdout + run.stderr


def test_tests_that_use_nothing_pay_nothing(project: Project) -> None:
    """The plugin is loaded by its entry point, and neither pydantic nor any other part of the library with it."""
    project.write(
        """
        import sys

        def test_nothing():
            assert "god_llm.testing.pytest_plugin" in sys.modules
            loaded = [name for name in sys.modules if name.startswith("god_llm.")]
            assert sorted(loaded) == [
                "god_llm.lazy", "god_llm.testing", "god_llm.testing.guard", "god_llm.testing.pytest_plugin"
            ]
            assert not {"pydantic", "httpx", "openai", "syrupy.extensions.json"} & sys.modules.keys()
        """
    )
    run = project.run("-p", "no:syrupy")
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("page", ["README.md", "docs/testing.md"])
def test_the_documented_test_runs(project: Project, simulator: Simulator, page: str) -> None:
    """Recorded once with a snapshot, the documentation's own test is replayed without key and server."""
    text = (Path(__file__).parents[2] / page).read_text(encoding="utf-8")
    project.write(next(block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "def test_" in block))
    environment = {"OPENAI_BASE_URL": simulator.url("openai"), "OPENAI_API_KEY": "planted-key"}
    recorded = project.run("--llm-record=once", "--snapshot-update", **environment)
    assert recorded.returncode == 0, recorded.stdout
    replayed = project.run()
    assert replayed.returncode == 0, replayed.stdout
    snapshot = project.folder / "__snapshots__" / "test_app.messages"
    assert "You said: The capital of France?" in snapshot.read_text()
    snapshot.write_text(snapshot.read_text().replace("France", "Spain"))
    assert project.run().returncode == 1
    assert len(simulator.journal) == len(project.cassettes) == 1
    assert not any("planted" in path.read_text() for path in project.folder.rglob("*.*") if path.is_file())
