"""A dependency's default is of another class."""

from dependency_injector import providers

name = providers.Dependency(instance_of=str, default=25)  # E: arg-type
