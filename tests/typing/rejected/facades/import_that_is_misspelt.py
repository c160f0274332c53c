"""A misspelt import of a public name is a mistake: the package has no `__getattr__` for a type checker."""

import god_llm
from god_llm import ChatGPT  # E: attr-defined

god_llm.ChatOpenAi("gpt-5.5")  # E: attr-defined
