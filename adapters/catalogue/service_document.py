"""The file of a service, as its author writes it."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from adapters.catalogue.document import Cents, Document, Filled, Key, TextDocument
from domain.rules import NAMES_NOBODY, USUAL_NOTICES, Fulfilment, Kind, PaymentTiming
from domain.service.definition import DecidedBy, Level

HTTPS = r"^https://[^\s]+$"
POINTER = r"^(/[a-z0-9_]+)+$"
LEIKA = r"^\d{14}$"
Days = Annotated[int, Field(ge=1, le=3660)]
Months = Annotated[int, Field(ge=1, le=600)]


class PriceDocument(Document):
    name: Key
    title: TextDocument
    cents: Cents


class TariffDocument(PriceDocument):
    when: dict[str, Any]
    quantity: str | None = None
    further: tuple[PriceDocument, ...] = ()


class ProofDocument(Document):
    kind: Key
    title: TextDocument
    when: dict[str, Any]


class DeadlineDocument(Document):
    """`working_days` or `calendar_days`, one of the two."""

    working_days: Annotated[int | None, Field(ge=1, le=200)] = None
    calendar_days: Annotated[int | None, Field(ge=1, le=366)] = None
    saturday_counts: bool = False


class RetentionDocument(Document):
    fee_record_years: Annotated[int, Field(ge=0, le=100)] = 10
    names_payer: bool = False
    years_after_accounts: Annotated[int | None, Field(ge=1, le=100)] = None
    proof_days: Days | None = NAMES_NOBODY.proof_days
    unsuccessful_months: Months | None = NAMES_NOBODY.unsuccessful_months
    successful_months: Months | None = NAMES_NOBODY.successful_months


class ExpiryDocument(Document):
    unpaid_days: Days | None = None
    unanswered_days: Days | None = None
    pickup_days: Days | None = None


class NoticesDocument(Document):
    """What a file leaves out is as usual."""

    due_soon_days: Annotated[int, Field(ge=1, le=100)] = USUAL_NOTICES.due_soon_days
    escalation_days: Annotated[int, Field(ge=1, le=100)] = USUAL_NOTICES.escalation_days
    reminder_days: Annotated[int, Field(ge=1, le=100)] = USUAL_NOTICES.reminder_days
    pickup_reminder_days: Days = USUAL_NOTICES.pickup_reminder_days


class ExternalDocument(Document):
    body: TextDocument
    link: Annotated[str, Field(pattern=HTTPS, max_length=500)]


class ResponsibleDocument(Document):
    level: Level
    by: DecidedBy
    field: Annotated[str | None, Field(pattern=POINTER)] = None


class ServiceDocument(Document):
    """What a service of each kind needs besides is checked later, with the rest of its sense."""

    STAND_INS: ClassVar[Mapping[str, Any]] = {
        "key": "unread",
        "version": 1,
        "title": {"de": "?", "en": "?"},
        "category": "unread",
        "kind": "decision",
    }
    key: Key
    version: Annotated[int, Field(ge=1)]
    title: TextDocument
    description: TextDocument | None = None
    synonyms: tuple[Filled, ...] = ()
    category: Key
    category_title: TextDocument | None = None
    kind: Kind
    external: ExternalDocument | None = None
    not_online: TextDocument | None = None
    variants: dict[Key, TextDocument] = Field(default_factory=dict)
    form: dict[str, Any] = Field(default_factory=dict)
    tariff: tuple[TariffDocument, ...] = ()
    announced: tuple[TariffDocument, ...] = ()
    proofs: tuple[ProofDocument, ...] = ()
    payment_timing: PaymentTiming = PaymentTiming.NONE
    fulfilments: tuple[Fulfilment, ...] = ()
    trust_level: Literal["basic", "normal", "substantial", "high"] = "basic"
    minimum_age: Annotated[int | None, Field(ge=1, le=120)] = None
    deadline: DeadlineDocument | None = None
    expiry: ExpiryDocument = ExpiryDocument()
    notices: NoticesDocument = NoticesDocument()
    yearly: bool = False
    yearly_by: str | None = None
    responsible: ResponsibleDocument | None = None
    entitlements: tuple[Key, ...] = ()
    online_entitlements: tuple[Key, ...] = ()
    issues_number: bool = False
    retention: RetentionDocument = RetentionDocument()
    leika: Annotated[str | None, Field(pattern=LEIKA)] = None

    @property
    def applied_for_here(self) -> bool:
        return self.kind is not Kind.EXTERNAL and self.not_online is None

    @property
    def prices(self) -> dict[str, int]:
        """Every amount that a town may set its own for, by name."""
        lines = (*self.tariff, *self.announced)
        return {price.name: price.cents for line in lines for price in (line, *line.further)}

    @property
    def fees(self) -> dict[str, int]:
        """Those of them that are paid here."""
        return {price.name: price.cents for line in self.tariff for price in (line, *line.further)}
