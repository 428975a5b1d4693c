"""What may be asked of a municipality. Each `Set...` again, with the same values, does nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.municipality.adoption import Text
from domain.municipality.clerk_mail import USUAL, Audience, ClerkMailMode
from domain.municipality.municipality import (
    Attributes,
    Branch,
    Brought,
    ClosingRule,
    IdentityProvider,
    PaymentAccount,
)
from domain.municipality.onboarding import Step
from domain.rules import OwnProof
from domain.working_days import DeadlinePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionTerms:
    """What a town has to know of the version that it adopts.

    `tariff`: cents by price, paid here; `announced`: what a notice will demand later.
    """

    published: bool
    tariff: Mapping[str, int] = field(default_factory=dict)
    announced: Mapping[str, int] = field(default_factory=dict)
    proofs: tuple[str, ...] = ()
    has_pickup: bool = False
    takes_applications: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """It begins in its pilot phase, whoever it is; `EndPilot` asks for the steps."""

    ags: str
    attributes: Attributes
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAttributes:
    attributes: Attributes
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPilot:
    """`terms`: of the version that is adopted of each service, to see whether a fee can be due."""

    now: datetime
    terms: Mapping[str, VersionTerms] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteStep:
    """`terms` as for EndPilot; only the announcement asks for them."""

    step: Step
    now: datetime
    terms: Mapping[str, VersionTerms] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOffice:
    office: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseOffice:
    office: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBranch:
    branch: Branch
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseBranch:
    key: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMailbox:
    """`address`: None where there is none any more."""

    address: str | None
    now: datetime
    office: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseClerkMail:
    """Without an office: of every office that has not chosen for itself."""

    mode: ClerkMailMode
    now: datetime
    digest_at: str = USUAL.digest_at
    office: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribeDigest:
    """Asked for by whoever reads the mailbox of the office."""

    office: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPilotQuiet:
    """Without a service: of all that have nothing of their own. Empty: everybody is told."""

    quiet: tuple[Audience, ...]
    now: datetime
    service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectPaymentPlatform:
    account: PaymentAccount
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StartEPayment:
    since: date
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustIdentityProvider:
    provider: IdentityProvider
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndIdentityProvider:
    issuer: str
    until: date
    now: datetime
    by_file: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetClosingDays:
    rules: tuple[ClosingRule, ...]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAnnualAccounts:
    year: int
    adopted_on: date
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptService:
    """Also changes the terms of what was adopted before, and moves on to another version."""

    service: str
    version: int
    terms: VersionTerms
    office: str
    now: datetime
    fees: Mapping[str, int] = field(default_factory=dict)
    pilot: bool = False
    texts: Mapping[str, Text] = field(default_factory=dict)
    deadline: DeadlinePolicy | None = None
    waived_proofs: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    link: str | None = None
    own_proofs: tuple[OwnProof, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeLive:
    service: str
    terms: VersionTerms
    now: datetime
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendService:
    service: str
    reason: str
    now: datetime
    by_file: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseMunicipality:
    closed_on: date
    reason: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeInto:
    """`goes_on`: whether the one that takes over is there, and is not to end itself."""

    into: str
    merged_on: date
    now: datetime
    goes_on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFile:
    sha256: str
    now: datetime
    brought: Brought = field(default_factory=Brought)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """Several commands as one: all of them are carried out, or none."""

    commands: tuple["MunicipalityCommand", ...]


MunicipalityCommand = (
    Register
    | ChangeAttributes
    | EndPilot
    | CompleteStep
    | OpenOffice
    | CloseOffice
    | OpenBranch
    | CloseBranch
    | SetMailbox
    | ChooseClerkMail
    | UnsubscribeDigest
    | KeepPilotQuiet
    | ConnectPaymentPlatform
    | StartEPayment
    | TrustIdentityProvider
    | EndIdentityProvider
    | SetClosingDays
    | RecordAnnualAccounts
    | AdoptService
    | TakeLive
    | SuspendService
    | CloseMunicipality
    | MergeInto
    | NoteFile
    | AllOf
)
