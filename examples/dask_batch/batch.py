"""A batch of prompts, spread by Dask over the processes of a cluster.

Usage: python batch.py [base_url]

The cluster is the one whose scheduler DASK_SCHEDULER names, else one made here, of two processes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from distributed import Client, LocalCluster

from god_llm import AIMessage, ChatGroq
from god_llm.auth import EnvironmentAuth


def summaries(client: Client, texts: Iterable[str], base_url: str | None = None) -> Sequence[AIMessage | Exception]:
    """A summary of each text, or the failure in its place, in order.

    The workers get the model without its key, and find one in their own environment. The variable is named here, so
    that the key also goes to a `base_url` that is not Groq's.
    """
    auth = EnvironmentAuth({"groq": "GROQ_API_KEY"})
    llm = ChatGroq("openai/gpt-oss-20b", temperature=0, base_url=base_url, auth=auth)
    prompts = (f"Summarise in one sentence: {text}" for text in texts)
    return llm.batch(
        prompts,
        executor=client.get_executor(),
        max_concurrency=2 * sum(client.nthreads().values()),  # so that the next call waits where a thread is free
        return_exceptions=True,
    )


@contextmanager
def connected() -> Iterator[Client]:
    """A client of the cluster."""
    address = os.environ.get("DASK_SCHEDULER")
    if address:
        with Client(address) as client:
            yield client
        return
    with (
        LocalCluster(n_workers=2, threads_per_worker=4, host="127.0.0.1", dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield client


def main() -> None:
    with connected() as client:
        for outcome in summaries(client, [f"Chapter {number}." for number in range(20)], *sys.argv[1:2]):
            print(outcome if isinstance(outcome, Exception) else outcome.content)


if __name__ == "__main__":  # Dask's worker processes import this file, too
    main()
