"""A provider of a derived class stands where one of its base class is wanted."""

from dependency_injector import providers


class Mailer:
    pass


class Recorder(Mailer):
    pass


class Queue:
    def __init__(self, mailers: providers.Provider[Mailer], by_name: dict[str, providers.Factory[Mailer]]) -> None:
        self.mailers = mailers


recorder = providers.Singleton(Recorder)
mailer: providers.Provider[Mailer] = recorder
queue = providers.Factory(Queue, recorder.provider, {"first": providers.Factory(Recorder)})
