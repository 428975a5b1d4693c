"""What AMTSWEG_BACK_OFFICES names and its town does not offer: nothing comes of it, and mostly it
is misspelt. It is no mistake for ever, as the town may adopt the service later.
"""

from collections.abc import Sequence
from typing import NamedTuple

from adapters.catalogue.streams import municipality_stream
from adapters.event_store.log import EventLog
from adapters.hand_over.settings import BackOffice
from domain.municipality.decisions import MUNICIPALITY


class NotOffered(NamedTuple):
    back_office: str
    municipality: str
    service: str

    def __str__(self) -> str:
        return (
            f"AMTSWEG_BACK_OFFICES: {self.back_office} gets nothing of {self.service}: "
            f"{self.municipality} does not offer it."
        )


async def not_offered(log: EventLog, back_offices: Sequence[BackOffice]) -> Sequence[NotOffered]:
    found = []
    for one in back_offices:
        town = MUNICIPALITY.fold(await log.events(municipality_stream(one.municipality)))
        missing = (service for service in one.services if service not in town.services)
        found += [NotOffered(one.name, one.municipality, service) for service in missing]
    return found
