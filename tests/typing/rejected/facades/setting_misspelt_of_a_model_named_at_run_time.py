"""A model that is named at run time takes the settings there are, and no others."""

from god_llm import chat_model, model_id


def from_configuration(name: str) -> None:
    llm = chat_model(model_id(name))
    llm.generate("Why?", max_tokens="5")  # E: arg-type
    llm.configured(max_token=5)  # E: call-arg
    llm.generate("Why?", extra={"min_p": 0.1})  # E: arg-type
