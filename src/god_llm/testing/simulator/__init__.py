"""All five providers on loopback, for tests and demos without a key and without a network.

It speaks chat completions and Responses (OpenAI), Messages (Anthropic), chat completions (Groq), the native
chat (Ollama) and Converse with ConverseStream (Bedrock), whole and streamed, over real HTTP: the SDKs can't
tell the difference.
"""

from god_llm.testing.simulator.journal import Received
from god_llm.testing.simulator.script import Answer, Call, Delay, Drop, Fail, FinishReason, Raw, Scripted, Truncate
from god_llm.testing.simulator.simulator import Simulator

__all__ = [
    "Answer",
    "Call",
    "Delay",
    "Drop",
    "Fail",
    "FinishReason",
    "Raw",
    "Received",
    "Scripted",
    "Simulator",
    "Truncate",
]
