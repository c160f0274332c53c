"""Shared code of all providers that speak JSON over HTTP.

An `Endpoint` describes the provider's API, a `Library` the HTTP library or SDK that carries the requests, and
`HttpTransport` does the rest: connections, keys, headers, redirects, framing and errors, sync and async.
"""
