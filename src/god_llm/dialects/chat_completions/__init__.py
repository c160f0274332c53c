"""OpenAI's chat completions, the wire that most servers of models speak.

What is one provider's own is a value: a `ReplyVariant` for reading it, a `RequestVariant` for writing it.
"""
