"""A run takes functions of any signature, and the decorator keeps the signature."""

from typing_extensions import assert_type

from god_llm import ChatAnthropic, ChatOpenAI, Run, ToolContext, tool


@tool
def add(a: int, b: int) -> int:
    return a + b


@tool(needs_approval=True, timeout=2, fatal=(OSError,))
async def look(context: ToolContext[list[str]], at: str) -> str:
    return at + context.value[0]


class Shop:
    def sell(self, item: str) -> str:
        return item


assert_type(add(1, b=2), int)
run = ChatOpenAI("gpt-5.5").run("1 + 2?", [add, Shop().sell], max_turns=3, max_tokens=100)
assert_type(run, Run)
assert_type(run.content, str)


async def main() -> None:
    llm = ChatAnthropic("claude-sonnet-5-5")
    assert_type(await llm.arun(run, [look], context=["x"], decisions={"c1": "no"}), Run)
    async for event in llm.arun_stream("hi", [look], parallel=True):
        print(event)
