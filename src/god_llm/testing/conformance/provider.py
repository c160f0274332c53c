"""The conformance suite of a provider made of four parts."""

from __future__ import annotations

from god_llm.testing.conformance.asking import AskingLaws
from god_llm.testing.conformance.capabilities import CAPABILITIES
from god_llm.testing.conformance.failures import FailureLaws
from god_llm.testing.conformance.injection import InjectionLaws
from god_llm.testing.conformance.interruption import InterruptionLaws
from god_llm.testing.conformance.keys import KeyLaws
from god_llm.testing.conformance.reading import ReadingLaws
from god_llm.testing.conformance.recordings import counts_under
from god_llm.testing.conformance.suite import asked

__all__ = ["ProviderConformance"]


class ProviderConformance(ReadingLaws, InterruptionLaws, FailureLaws, AskingLaws, InjectionLaws, KeyLaws):
    """The laws that every provider made of four parts keeps; pytest runs what derives from it.

    ```
    class TestMine(ProviderConformance):
        recordings = (Recording(name="text", reply={...}, events=[{...}, ...], content="Hello."),)
        errors = (ErrorSample(name="busy", status=429, body={...}, code="busy", raises=RateLimitError),)
        claims = frozenset({"streams", "async", "temperature", "max_tokens"})

        def make(self, **injected: Unpack[Injected]) -> ChatMine:
            return ChatMine("my-model", **injected)

        def connect(self, base_url: str, api_key: str) -> ChatMine:
            return ChatMine("my-model", api_key=api_key, base_url=base_url, max_retries=0)
    ```

    What is not claimed is denied, and must be refused. A law that can't hold is named in `omits`, with the reason,
    and is then shown as skipped; a suite that lacks what a law needs fails.
    """

    def test_the_suite_is_complete(self) -> None:
        """Each law has something to try: recordings in both forms, with usage and all that is claimed, and errors."""
        assert self.recordings, "no recordings"
        assert any(recording.reply is not None for recording in self.recordings), "no whole reply"
        assert self.claims <= {*CAPABILITIES}, "a claim that the kit does not know"
        assert all(hasattr(type(self), law) for law in self.omits), "an omitted law that there is not"
        assert all(self.omits.values()), "a law omitted without a reason"
        if "streams" in self.claims:
            self._any_recording(streamed=True)
        if not self._omits("test_an_error_is_mapped"):
            assert self.errors, "no error samples"
        if not self._omits("test_a_count_left_out_is_not_zero"):
            wire = [(recording.reply, recording.events) for recording in self.recordings]
            assert [*counts_under(wire, self.usage_names)], "no token counts in any recording: see usage_names"

    def test_what_is_claimed_is_recorded(self) -> None:
        """Claims that show in answers have a recording that shows them; without the claim, no recording does."""
        messages = []
        for recording in self.recordings:
            llm, _ = self._playing(recording)
            messages.append(asked(llm, "generate" if recording.reply is not None else "stream"))
        assert any(message.reasoning for message in messages) == ("reasoning" in self.claims)
        assert any(message.tool_calls for message in messages) == ("tools" in self.claims)

    def _omits(self, law: str) -> bool:
        return law in self.omits
