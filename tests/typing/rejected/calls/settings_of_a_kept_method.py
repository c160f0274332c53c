"""A bound method that is kept takes what the model takes, and so does a model with other settings."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from god_llm import ChatOpenAI, GenerationSettings

llm = ChatOpenAI("o3")
ask = llm.generate
ask("Hello", temperature=0.2)  # E: arg-type
partial(llm.generate, "Hello", reasoning="xhigh")  # E: arg-type
with ThreadPoolExecutor() as pool:
    pool.submit(llm.generate, "Hello", temperature=0.2)  # E: arg-type
llm.configured(temperature=0.2)  # E: arg-type
BRIEF: GenerationSettings = {"max_tokens": 30}
llm.generate("Hello", temperature=0.2, **BRIEF)  # E: arg-type
llm.generate("Hello", **{**BRIEF, "temperature": 0.2})  # E: arg-type
