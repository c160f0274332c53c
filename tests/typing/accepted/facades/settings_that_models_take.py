"""Each setting is accepted where the model takes it."""

from god_llm import ChatAnthropic, ChatBedrock, ChatGroq, ChatOllama, ChatOpenAI

ChatOpenAI("gpt-4o", 0.2)
ChatOpenAI("gpt-4o", top_p=0.9)
ChatOpenAI("o3", None)
ChatOpenAI("o3", reasoning="high")
ChatOpenAI("gpt-5.5", 0.2, reasoning="none")
ChatOpenAI("gpt-5.5", reasoning="xhigh")
ChatOpenAI("gpt-5.4", 0.2)
ChatOpenAI("gpt-5.4", reasoning="low")
ChatOpenAI("gpt-5.5", api="chat_completions", stop="END", seed=7)
ChatAnthropic("claude-haiku-4-5", 0.2)
ChatAnthropic("claude-haiku-4-5", 0.2, reasoning="none")
ChatAnthropic("claude-haiku-4-5", reasoning="high")
ChatAnthropic("claude-sonnet-5-5", reasoning="max")
ChatGroq("openai/gpt-oss-20b", 0.2, reasoning="low")
ChatGroq("qwen/qwen3.6-27b", reasoning="default")
ChatOllama("gpt-oss:20b-cloud", 0.2, reasoning="medium")
ChatBedrock("amazon.nova-lite-v1:0", 0.2, region="us-east-1")
ChatBedrock("us.anthropic.claude-opus-5-5", reasoning="low", region="us-east-1")
