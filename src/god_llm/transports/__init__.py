"""Decorators that wrap any transport, and what transports share."""
