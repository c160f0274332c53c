"""History: a conversation in the form that a provider accepts.

Providers refuse much that applications store and models write: calls without results, ids of other providers, blank
text. One function, `prepared`, rewrites a copy of the messages by the provider's `HistoryRules`, or refuses them with
the remedy. The messages themselves stay as they are.
"""
