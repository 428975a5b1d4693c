"""The file of a municipality, as its administration writes it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from adapters.catalogue.digest_time import DigestTime
from adapters.catalogue.document import Cents, Document, Filled, Key, TextDocument
from adapters.catalogue.service_document import DeadlineDocument, ProofDocument
from domain.municipality.ags import AGS_PATTERN, KREIS_PATTERN
from domain.municipality.clerk_mail import USUAL, Audience, ClerkMailMode
from domain.municipality.municipality import Phase, TownKind
from domain.municipality.onboarding import Step
from domain.municipality.paying import PLATFORM_NAME

MAIL_ADDRESS = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
WEB_ADDRESS = r"^https?://[^\s]+$"
MONTH_AND_DAY = r"^\d\d-\d\d$"
MailAddress = Annotated[str, Field(pattern=MAIL_ADDRESS, max_length=254)]
WebAddress = Annotated[str, Field(pattern=WEB_ADDRESS, max_length=500)]
PlatformName = Annotated[str, Field(pattern=PLATFORM_NAME, min_length=1, max_length=500)]
TrustLevelName = Literal["basic", "normal", "substantial", "high"]


class BranchDocument(Document):
    key: Key
    name: Filled
    address: Filled


class AdoptionDocument(Document):
    """What a town leaves out is as the service defines it. `live = false` prepares it only.

    `own_proofs` are asked for here besides. `link`: where people apply for it in the town's own
    portal.
    """

    version: Annotated[int, Field(ge=1)]
    office: Filled
    fees: dict[Key, Cents] = Field(default_factory=dict)
    pilot: bool = False
    live: bool = True
    live_since: date | None = None
    texts: dict[Literal["title", "notice"], TextDocument] = Field(default_factory=dict)
    deadline: DeadlineDocument | None = None
    waived_proofs: tuple[Key, ...] = ()
    own_proofs: tuple[ProofDocument, ...] = ()
    branches: tuple[Key, ...] = ()
    link: WebAddress | None = None
    pilot_quiet: tuple[Audience, ...] | None = None


class ClerkMailDocument(Document):
    """`digest_at`: from this time on, `HH:MM`; only where `mode` is `digest`."""

    mode: ClerkMailMode
    digest_at: DigestTime = USUAL.digest_at


class PaymentDocument(Document):
    originator: PlatformName
    endpoint: PlatformName
    valid_from: date | None = None
    valid_until: date | None = None


class IdentityProviderDocument(Document):
    issuer: WebAddress
    valid_from: date | None = None
    valid_until: date | None = None
    trust_levels: dict[Filled, TrustLevelName] = Field(default_factory=dict)


class ClosingRuleDocument(Document):
    """Exactly one of the three says when; `every` is a month and a day."""

    name: Filled
    every: Annotated[str | None, Field(pattern=MONTH_AND_DAY)] = None
    days_from_easter_sunday: Annotated[int | None, Field(ge=-93, le=250)] = None
    on: date | None = None


class MunicipalityDocument(Document):
    """`kind` follows from `ags` and `kreis` where it is not given. `onboarding`: steps done.

    `phase`: live where the first three of the steps are named, and pilot where they are not.
    """

    STAND_INS: ClassVar[Mapping[str, Any]] = {
        "ags": "05513000",
        "name": "?",
        "region": "unread",
        "sender": "unread@unread.example",
    }
    ags: Annotated[str, Field(pattern=AGS_PATTERN)]
    name: Filled
    kind: TownKind | None = None
    kreis: Annotated[str | None, Field(pattern=KREIS_PATTERN)] = None
    region: Key
    population: Annotated[int | None, Field(ge=1)] = None
    population_as_of: date | None = None
    phase: Phase | None = None
    e_payment_since: date | None = None
    portal_url: WebAddress | None = None
    sender: MailAddress
    mailbox: MailAddress | None = None
    mailboxes: dict[Filled, MailAddress] = Field(default_factory=dict)
    clerk_mail: ClerkMailDocument | None = None
    clerk_mails: dict[Filled, ClerkMailDocument] = Field(default_factory=dict)
    pilot_quiet: tuple[Audience, ...] | None = None
    branches: tuple[BranchDocument, ...] = ()
    services: dict[Key, AdoptionDocument] = Field(default_factory=dict)
    payment: PaymentDocument | None = None
    identity_providers: tuple[IdentityProviderDocument, ...] = ()
    onboarding: tuple[Step, ...] = ()
    closing_days: tuple[ClosingRuleDocument, ...] = ()
