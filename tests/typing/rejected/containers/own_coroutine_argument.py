"""An async function is given a keyword that it does not have."""

from dependency_injector import providers


async def fetched(url: str) -> bytes:
    return url.encode()


page = providers.Coroutine(fetched, uri="/")  # E: call-arg
