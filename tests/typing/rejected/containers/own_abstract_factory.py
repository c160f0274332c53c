"""An abstract factory is overridden with a factory of another class."""

from dependency_injector import providers


class Shape:
    pass


class Cup:
    pass


shapes = providers.AbstractFactory(Shape)
shapes.override(providers.Factory(Cup))  # E: arg-type
