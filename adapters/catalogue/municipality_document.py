"""The file of a municipality, as its administration writes it."""

from datetime import date
from typing import Annotated

from pydantic import Field

from adapters.catalogue.document import Cents, Document, Filled, Key


class BranchDocument(Document):
    key: Key
    name: Filled
    address: Filled


class AdoptionDocument(Document):
    version: Annotated[int, Field(ge=1)]
    office: Filled
    fees: dict[Key, Cents] = Field(default_factory=dict)
    pilot: bool = False


class PaymentDocument(Document):
    originator: Filled
    endpoint: Filled


class ClosingRule(Document):
    """Exactly one of the three says when; `every` is a month and a day."""

    name: Filled
    every: Annotated[str | None, Field(pattern=r"^\d\d-\d\d$")] = None
    days_from_easter_sunday: Annotated[int | None, Field(ge=-93, le=250)] = None
    on: date | None = None


class MunicipalityDocument(Document):
    ags: Annotated[str, Field(pattern=r"^05\d{6}$")]
    name: Filled
    kreis: Annotated[str | None, Field(pattern=r"^05\d{3}$")] = None
    region: Key
    sender: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
    branches: tuple[BranchDocument, ...] = ()
    services: dict[Key, AdoptionDocument] = Field(default_factory=dict)
    payment: PaymentDocument | None = None
    closing_days: tuple[ClosingRule, ...] = ()
