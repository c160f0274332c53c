"""An effort of newer models is asked of an older one."""

from god_llm import ChatOpenAI

ChatOpenAI("o3", reasoning="xhigh")  # E: arg-type
