"""OpenAI's chat completions, which most compatible servers speak."""
