"""A resource's class is given what its `init` does not take."""

from dependency_injector import providers, resources


class Pool(resources.Resource[list[str]]):
    def init(self, size: int = 1) -> list[str]:
        return [""] * size


pool = providers.Resource(Pool, sise=3)  # E: call-arg
