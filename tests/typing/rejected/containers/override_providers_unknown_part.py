"""`override_providers` is given a part that the container does not have."""

from god_llm.containers import BedrockContainer

BedrockContainer().override_providers(keys=None)  # E: call-arg
