"""How many tokens a call took."""

from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict

__all__ = ["Usage"]


def _sum(a: int | None, b: int | None) -> int | None:
    return None if a is None and b is None else (a or 0) + (b or 0)


class Usage(BaseModel):
    """Token counts of one call, alike for every provider.

    A count that the provider did not send is None, never 0. The cache and reasoning counts are shares of
    the two totals, not additions to them.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, defer_build=True)

    input_tokens: int | None = None
    """The whole input, cached tokens included."""
    output_tokens: int | None = None
    """The whole output, reasoning included."""
    cache_read_tokens: int | None = None
    """Input tokens read from the provider's cache."""
    cache_write_tokens: int | None = None
    """Input tokens written to the provider's cache."""
    reasoning_tokens: int | None = None
    """Output tokens spent on reasoning."""

    @property
    def total_tokens(self) -> int | None:
        """Input and output together, or None where either is unknown."""
        if self.input_tokens is None or self.output_tokens is None:
            return None
        return self.input_tokens + self.output_tokens

    def __add__(self, other: Self) -> Self:
        """The sum of two calls; a count is None only where both are."""
        return type(self)(
            input_tokens=_sum(self.input_tokens, other.input_tokens),
            output_tokens=_sum(self.output_tokens, other.output_tokens),
            cache_read_tokens=_sum(self.cache_read_tokens, other.cache_read_tokens),
            cache_write_tokens=_sum(self.cache_write_tokens, other.cache_write_tokens),
            reasoning_tokens=_sum(self.reasoning_tokens, other.reasoning_tokens),
        )
