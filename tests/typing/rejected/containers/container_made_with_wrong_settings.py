"""A container is made with the settings of another one."""

from god_llm.containers import GroqContainer, OllamaSettings

GroqContainer(settings=OllamaSettings(model="llama3.1"))  # E: arg-type
