"""A part may be overridden with what fits it, as an object or as a provider."""

from typing import assert_type

from dependency_injector import containers, providers


class Mailer:
    def send(self, text: str) -> None:
        raise NotImplementedError


class Recorder(Mailer):
    def __init__(self, file: str = "mails") -> None:
        self.file = file


def configured() -> None:
    raise NotImplementedError


async def asked() -> float:
    return 1.0


class Application(containers.DeclarativeContainer):
    mailer: providers.Provider[Mailer] = providers.Singleton(Mailer)
    manner = providers.Object("formal")
    kind = providers.Object(Mailer)
    logging = providers.Resource(configured)
    rate = providers.Callable(asked)
    shapes = providers.AbstractFactory(Mailer)


class ForTests(containers.DeclarativeContainer):
    mailer = providers.Factory(Recorder)
    another = providers.Object(1)


class Larger(containers.DeclarativeContainer):
    application = providers.Container(Application, mailer=Recorder(), manner=providers.Object("brief"))


application = Application(mailer=providers.Factory(Recorder), manner="brief")
application.mailer.override(Recorder())
with application.mailer.override(providers.Singleton(Recorder)) as recorder:
    assert_type(recorder, providers.Singleton[Recorder])
application.manner.override("brief")
application.kind.override(Recorder)
application.logging.override(3)
application.rate.override(2.0)
application.rate.override(asked())
parts = {"manner": "brief"}
application.override_providers(**parts)
application.shapes.override(providers.Factory(Recorder))
application.override(ForTests())
with application.override_providers(mailer=Recorder()):
    pass
Application.override_providers(manner="brief")
larger = Larger()
larger.application.mailer.override(Recorder())
larger.application.override_providers(manner="brief")
assert_type(larger.application(), Application)
assert_type(larger.application.mailer(), Mailer)
