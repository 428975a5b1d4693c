"""What the bodies have in common: each is one command."""

from abc import ABC, abstractmethod
from datetime import datetime

from api.bodies import Body
from domain.municipality import commands as c


class CommandBody(Body, ABC):
    @abstractmethod
    def command(self, now: datetime) -> c.MunicipalityCommand: ...
