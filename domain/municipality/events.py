"""What has happened to a municipality (Kommune): how it came to take part, and on what terms.

Addresses in here are mailboxes of offices; as they may name somebody, they are not published.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.municipality.adoption import Text
from domain.municipality.clerk_mail import Audience, ClerkMailMode
from domain.municipality.municipality import (
    Attributes,
    Branch,
    Brought,
    ClosingRule,
    IdentityProvider,
    PaymentAccount,
    Phase,
)
from domain.municipality.onboarding import Step
from domain.personal import Internal
from domain.rules import OwnProof
from domain.working_days import DeadlinePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalityRegistered:
    ags: str
    attributes: Attributes
    phase: Phase
    registered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalityChanged:
    attributes: Attributes
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalityWentLive:
    """The pilot phase is over: what is filed from now on counts."""

    went_live_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingStepCompleted:
    step: Step
    completed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeOpened:
    office: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeClosed:
    office: str
    closed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchOpened:
    """Also recorded when its name or address changes."""

    branch: Branch
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchClosed:
    key: str
    closed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClerkMailboxSet:
    """Without an office it is the mailbox of every office that has none of its own.

    `address`: None where there is none any more.
    """

    address: Internal[str | None]
    office: str | None
    set_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClerkMailChosen:
    """When an office is told by mail of what came; without an office, each that has not chosen.

    `digest_at`: from this time of the town on, `HH:MM`.
    """

    office: str | None
    mode: ClerkMailMode
    digest_at: str
    chosen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestUnsubscribed:
    """Whoever reads the mailbox wants no digest any more; what is overdue is still told."""

    office: str
    unsubscribed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotKeptQuiet:
    """Who is told nothing of applications that are filed as a pilot.

    Without a service: of all that have nothing of their own.
    """

    service: str | None
    quiet: tuple[Audience, ...]
    set_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPlatformConnected:
    account: PaymentAccount
    connected_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EPaymentStarted:
    since: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProviderTrusted:
    provider: IdentityProvider
    trusted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProviderEnded:
    """`until`: the last day on which it may sign anybody in. `by_file`: because the file names it
    no more; then neither does the municipality.
    """

    issuer: str
    until: date
    ended_at: datetime
    by_file: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingDaysSet:
    rules: tuple[ClosingRule, ...]
    set_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualAccountsAdopted:
    """The council adopted the accounts (Jahresabschluss) of `year`: retention counts from then."""

    year: int
    adopted_on: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAdopted:
    """The terms on which this town offers a version of a service; fees in cents."""

    service: str
    version: int
    office: str
    fees: Mapping[str, int]
    adopted_at: datetime
    pilot: bool = False
    texts: Mapping[str, Text] = field(default_factory=dict)
    deadline: DeadlinePolicy | None = None
    waived_proofs: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    link: str | None = None
    own_proofs: tuple[OwnProof, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionChanged:
    """Other terms, or another version; running applications keep those they were filed under."""

    service: str
    version: int
    office: str
    fees: Mapping[str, int]
    changed_at: datetime
    pilot: bool = False
    texts: Mapping[str, Text] = field(default_factory=dict)
    deadline: DeadlinePolicy | None = None
    waived_proofs: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    link: str | None = None
    own_proofs: tuple[OwnProof, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceWentLive:
    """`since` may lie ahead, and is empty where nobody knows the day any more."""

    service: str
    since: date | None
    went_live_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSuspended:
    """`by_file`: because the file names it no more; it lifts that by naming it again."""

    service: str
    reason: Internal[str]
    suspended_at: datetime
    by_file: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalityClosed:
    closed_on: date
    reason: Internal[str]
    closed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalityMerged:
    """`into`: the key of the municipality that took over."""

    into: str
    merged_on: date
    merged_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalityFileApplied:
    """What its file says is in force; the same file is not applied again over later changes."""

    sha256: str
    applied_at: datetime
    brought: Brought | None = None


MunicipalityEvent = (
    MunicipalityRegistered
    | MunicipalityChanged
    | MunicipalityWentLive
    | OnboardingStepCompleted
    | OfficeOpened
    | OfficeClosed
    | BranchOpened
    | BranchClosed
    | ClerkMailboxSet
    | ClerkMailChosen
    | DigestUnsubscribed
    | PilotKeptQuiet
    | PaymentPlatformConnected
    | EPaymentStarted
    | IdentityProviderTrusted
    | IdentityProviderEnded
    | ClosingDaysSet
    | AnnualAccountsAdopted
    | ServiceAdopted
    | AdoptionChanged
    | ServiceWentLive
    | ServiceSuspended
    | MunicipalityClosed
    | MunicipalityMerged
    | MunicipalityFileApplied
)
