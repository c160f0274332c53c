"""What depends on the API: settings, models and parts."""

from god_llm import ChatAnthropic, ChatOpenAI
from god_llm.plugins.openai.chat_completions.formatter import OpenAIChatFormatter
from god_llm.plugins.openai.responses.formatter import OpenAIResponsesFormatter

ChatOpenAI("gpt-5.5", stop=["end"])  # E: arg-type
ChatOpenAI("gpt-5.5", seed=1)  # E: arg-type
ChatOpenAI("gpt-5.5", api="chat_completions", top_k=1)  # E: arg-type
ChatOpenAI("gpt-5.5-pro", api="chat_completions")  # E: arg-type
ChatAnthropic("claude-sonnet-5-5", seed=1)  # E: arg-type
ChatOpenAI("gpt-5.5", formatter=OpenAIChatFormatter())  # E: arg-type
ChatOpenAI("gpt-5.5", api="chat_completions", formatter=OpenAIResponsesFormatter())  # E: arg-type
