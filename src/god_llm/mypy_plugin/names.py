"""The names that the plugin knows of dependency_injector and of this library; it imports neither."""

from __future__ import annotations

from typing import Final

PROVIDERS: Final = "dependency_injector.providers"
CONTAINERS: Final = "dependency_injector.containers"
RESOURCES: Final = "dependency_injector.resources"

PROVIDER: Final = f"{PROVIDERS}.Provider"
CALLABLE: Final = f"{PROVIDERS}.Callable"
FACTORY: Final = f"{PROVIDERS}.Factory"
SINGLETON: Final = f"{PROVIDERS}.BaseSingleton"
RESOURCE: Final = f"{PROVIDERS}.BaseResource"
OBJECT: Final = f"{PROVIDERS}.Object"
LIST: Final = f"{PROVIDERS}.List"
DICT: Final = f"{PROVIDERS}.Dict"
AGGREGATE: Final = f"{PROVIDERS}.Aggregate"
DEPENDENCIES: Final = f"{PROVIDERS}.DependenciesContainer"
SELECTOR: Final = f"{PROVIDERS}.Selector"
DEPENDENCY: Final = f"{PROVIDERS}.Dependency"
EMBEDDED: Final = f"{PROVIDERS}.Container"
GETTER: Final = f"{PROVIDERS}.ProvidedInstanceFluentInterface"
CONTAINER: Final = f"{CONTAINERS}.Container"
MARKER: Final = "dependency_injector.wiring._Marker"
DECLARATIVE: Final = f"{CONTAINERS}.DeclarativeContainer"

CHAT_MODEL: Final = "god_llm.engine.chat.ChatModel"
CHAT_MODEL_FUNCTION: Final = "god_llm.plugins.chat_model.chat_model"

MAKERS: Final = (CALLABLE, FACTORY, SINGLETON, RESOURCE)
"""The providers that call a target: `Factory(target, ...)`."""

INJECTED_AS_THEY_ARE: Final = (
    f"{PROVIDERS}.Aggregate",
    f"{PROVIDERS}.DelegatedCallable",
    f"{PROVIDERS}.DelegatedCoroutine",
    f"{PROVIDERS}.DelegatedFactory",
    f"{PROVIDERS}.DelegatedSingleton",
    f"{PROVIDERS}.DelegatedThreadLocalSingleton",
    f"{PROVIDERS}.DelegatedThreadSafeSingleton",
)
"""The providers that dependency_injector injects themselves, in place of what they provide."""

ABSTRACT: Final = (
    f"{PROVIDERS}.AbstractCallable",
    f"{PROVIDERS}.AbstractCoroutine",
    f"{PROVIDERS}.AbstractFactory",
    f"{PROVIDERS}.AbstractSingleton",
)
"""The providers whose target is there to be overridden, so that it may be abstract."""

PROVIDED: Final = "(provided)"
"""What a provider gives, more precisely than its type argument says; no attribute can have such a name."""
ITSELF: Final = "(itself)"
"""The provider that is injected itself, in place of what it provides: `provider.provider`."""
CALLED: Final = "(called)"
"""The signature that is left to the calls of a provider."""
GIVEN: Final = "(given)"
"""A callable with what a provider of a facade is given so far: it decides which calls the facade still takes."""
WHOLE: Final = "(whole)"
"""The signature of a provider's target, with nothing given."""
ITEMS: Final = "(items)"
"""A callable whose parameters are the items of a list, or the keys and values of a dict, that a provider makes."""
NAMED: Final = "(named)"
"""A callable whose parameters are the providers that a provider holds by name."""
