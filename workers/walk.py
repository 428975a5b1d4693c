"""One municipality on its way through the onboarding, and what is commanded for it."""

from dataclasses import dataclass
from datetime import UTC, datetime

import typer

from adapters.catalogue.streams import municipality_stream, service_stream
from adapters.catalogue.terms import terms_of
from adapters.event_store.office import Office, Order
from adapters.event_store.recorded import Metadata
from adapters.ids import new_id
from domain.errors import Refused
from domain.municipality import commands as c
from domain.municipality.decisions import MUNICIPALITY
from domain.municipality.state import Town
from domain.service.decisions import SERVICE
from workers.at_the_machine import operator_there


@dataclass(frozen=True, slots=True)
class Walk:
    """One municipality and the person who takes it through."""

    office: Office
    ags: str

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    async def town(self) -> Town:
        return MUNICIPALITY.fold(await self.office.log.events(municipality_stream(self.ags)))

    async def does(self, *commands: c.MunicipalityCommand) -> bool:
        """Carry all of them out, or say why none was."""
        metadata = Metadata(new_id(), operator_there(), new_id().hex)
        order = Order(municipality_stream(self.ags), c.AllOf(commands=commands), metadata)
        try:
            await self.office.carry_out(MUNICIPALITY, order)
        except Refused as refused:
            typer.echo(f"  ! {refused}")
            return False
        return True

    async def all_terms(self) -> dict[str, c.VersionTerms]:
        adopted = (await self.town()).services
        return {key: await self.terms(key, one.version) for key, one in adopted.items()}

    async def terms(self, service: str, version: int) -> c.VersionTerms:
        return terms_of(
            SERVICE.fold(await self.office.log.events(service_stream(service))), version
        )
