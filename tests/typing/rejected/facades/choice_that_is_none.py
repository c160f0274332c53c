"""There is no such choice of tools."""

from god_llm import ChatGroq


def weather(city: str) -> str:
    return f"Rain in {city}."


ChatGroq("openai/gpt-oss-20b").with_tools(weather, choice="always")  # E: arg-type
