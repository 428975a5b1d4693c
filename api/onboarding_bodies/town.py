"""Of the municipality itself: what it is, how far it has come, and how it ends."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, Strict, StringConstraints

from adapters.catalogue.municipality_document import WebAddress
from api.bodies import Ags, Email, IsoDate, Key, Name, Words
from api.onboarding_bodies.command_body import CommandBody
from domain.municipality import commands as c
from domain.municipality.ags import KREIS_PATTERN
from domain.municipality.municipality import Attributes, TownKind
from domain.municipality.onboarding import Step


class AttributesBody(CommandBody):
    name: Name
    kind: Annotated[TownKind, Strict(strict=False)]
    region: Key
    sender: Email
    kreis: Annotated[str, StringConstraints(pattern=KREIS_PATTERN)] | None = None
    population: Annotated[int, Field(ge=1)] | None = None
    population_as_of: IsoDate | None = None
    portal_url: WebAddress | None = None

    def attributes(self) -> Attributes:
        names = Attributes.__dataclass_fields__
        return Attributes(**{name: getattr(self, name) for name in names})

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.ChangeAttributes(attributes=self.attributes(), now=now)


class RegistrationBody(AttributesBody):
    """`phase`: it begins in its pilot phase; that ends once the steps are done."""

    ags: Ags
    phase: Literal["pilot"] = "pilot"

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.Register(ags=self.ags, attributes=self.attributes(), now=now)


class PhaseBody(CommandBody):
    """The pilot phase ends; nobody goes back into it."""

    phase: Literal["live"]

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.EndPilot(now=now)


class StepBody(CommandBody):
    step: Annotated[Step, Strict(strict=False)]

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.CompleteStep(step=self.step, now=now)


class AnnualAccountsBody(CommandBody):
    """The accounts of `year`, and the day on which the council adopted them."""

    year: Annotated[int, Field(ge=2000, le=2999)]
    adopted_on: IsoDate

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.RecordAnnualAccounts(year=self.year, adopted_on=self.adopted_on, now=now)


class ClosureBody(CommandBody):
    closed_on: IsoDate
    reason: Words

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.CloseMunicipality(closed_on=self.closed_on, reason=self.reason, now=now)


class MergerBody(CommandBody):
    """`into`: the key of a municipality that takes part."""

    into: Ags
    merged_on: IsoDate

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.MergeInto(into=self.into, merged_on=self.merged_on, now=now)
