"""A clock gives seconds in place of a time."""

import time

from god_llm import ChatGroq

ChatGroq("openai/gpt-oss-20b", clock=time.time)  # E: arg-type
