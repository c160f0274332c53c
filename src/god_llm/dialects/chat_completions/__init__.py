"""OpenAI's chat completions, the wire that most servers of models speak.

What is one provider's own is a value: an `Accent` for reading it, a `Wording` for writing it.
"""
