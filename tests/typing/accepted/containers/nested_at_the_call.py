"""A call reaches the arguments of an injected factory by its parameter's name."""

from dependency_injector import providers


class Engine:
    def __init__(self, power: int) -> None:
        self.power = power


class Car:
    def __init__(self, engine: Engine, colour: str = "red") -> None:
        self.engine = engine


car = providers.Factory(Car, engine=providers.Factory(Engine))
car(engine__power=3, colour="blue")
