"""A resource's generator is given an argument of the wrong type."""

from collections.abc import Iterator

from dependency_injector import providers


def connected(host: str, port: int) -> Iterator[str]:
    yield f"{host}:{port}"


connection = providers.Resource(connected, "localhost", port="25")  # E: arg-type
