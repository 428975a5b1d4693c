"""Of a service that it adopts, and on which terms."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from adapters.catalogue.document import Cents
from adapters.catalogue.municipality_document import WebAddress
from api.bodies import Body, IsoDate, Key, Name
from domain.municipality import commands as c
from domain.rules import OwnProof
from domain.working_days import DeadlinePolicy

FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,79}$")]
Fact = bool | int | Name


class TextBody(Body):
    de: Name
    en: Name


class DeadlineBody(Body):
    working_days: Annotated[int, Field(ge=1, le=366)]
    saturday_counts: bool = False
    every_day_counts: bool = False


class RangeBody(Body):
    at_least: int | None = None
    at_most: int | None = None


class OwnProofBody(Body):
    """`when`: by fact of the form, a value, a list of values or a range; empty: always."""

    kind: Key
    title: TextBody
    when: dict[FactName, Fact | list[Fact] | RangeBody] = Field(default_factory=dict)

    def proof(self) -> OwnProof:
        return OwnProof(**self.model_dump(exclude_none=True))


class AdoptionBody(Body):
    """What a town leaves out is as the service defines it.

    `fees`: euro cents by price. `own_proofs` are asked for here besides. `link`: where people apply
    for it in the town's own portal.
    """

    version: Annotated[int, Field(ge=1)]
    office: Name
    fees: dict[Key, Cents] = Field(default_factory=dict)
    pilot: bool = False
    texts: dict[Literal["title", "notice"], TextBody] = Field(default_factory=dict)
    deadline: DeadlineBody | None = None
    waived_proofs: list[Key] = Field(default_factory=list)
    own_proofs: list[OwnProofBody] = Field(default_factory=list)
    branches: list[Key] = Field(default_factory=list)
    link: WebAddress | None = None

    def command(self, service: str, terms: c.VersionTerms, now: datetime) -> c.AdoptService:
        return c.AdoptService(
            service=service,
            version=self.version,
            terms=terms,
            office=self.office,
            now=now,
            fees=self.fees,
            pilot=self.pilot,
            texts={name: text.model_dump() for name, text in self.texts.items()},
            deadline=DeadlinePolicy(**self.deadline.model_dump()) if self.deadline else None,
            waived_proofs=tuple(self.waived_proofs),
            own_proofs=tuple(one.proof() for one in self.own_proofs),
            branches=tuple(self.branches),
            link=self.link,
        )


class GoingLiveBody(Body):
    """`since` may lie ahead; nothing: from today on."""

    since: IsoDate | None = None
