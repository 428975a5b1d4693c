"""The file of a service, as its author writes it."""

from typing import Annotated, Any, Literal

from pydantic import Field

from adapters.catalogue.document import Cents, Document, Key, TextDocument
from domain.rules import Fulfilment, Kind, PaymentTiming


class TariffDocument(Document):
    name: Key
    title: TextDocument
    cents: Cents
    when: dict[str, Any]


class ProofDocument(Document):
    kind: Key
    title: TextDocument
    when: dict[str, Any]


class DeadlineDocument(Document):
    working_days: Annotated[int, Field(ge=1, le=200)]
    saturday_counts: bool = False


class RetentionDocument(Document):
    fee_record_years: Annotated[int, Field(ge=0, le=100)] = 10
    names_payer: bool = False


class ServiceDocument(Document):
    key: Key
    version: Annotated[int, Field(ge=1)]
    title: TextDocument
    category: Key
    kind: Kind
    variants: Annotated[dict[Key, TextDocument], Field(min_length=1)]
    form: dict[str, Any]
    tariff: tuple[TariffDocument, ...] = ()
    proofs: tuple[ProofDocument, ...] = ()
    payment_timing: PaymentTiming
    fulfilments: Annotated[tuple[Fulfilment, ...], Field(min_length=1)]
    trust_level: Literal["basic", "normal", "substantial", "high"]
    deadline: DeadlineDocument
    entitlements: tuple[Key, ...] = ()
    online_entitlements: tuple[Key, ...] = ()
    issues_number: bool = False
    retention: RetentionDocument = RetentionDocument()
    leika: Annotated[str | None, Field(pattern=r"^\d{14}$")] = None
