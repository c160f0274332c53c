"""A source of keys gives them as bare text, which could be printed."""

from god_llm import ChatGroq


class Vault:
    def get_key(self, provider: str) -> str:
        return f"key for {provider}"


ChatGroq("openai/gpt-oss-20b", auth=Vault())  # E: arg-type
