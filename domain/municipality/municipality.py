"""A municipality (Kommune), the tenant: its branches, the services it adopted, its closing days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.errors import ServiceNotOffered
from domain.municipality import clerk_mail as mail
from domain.municipality.adoption import Adoption
from domain.personal import Internal
from domain.rules import TrustLevel


class TownKind(StrEnum):
    KREISFREI = "kreisfrei"
    KREISANGEHOERIG = "kreisangehoerig"
    KREIS = "kreis"


class Phase(StrEnum):
    """What is filed in the pilot phase is left out of the statistics."""

    PILOT = "pilot"
    LIVE = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    key: str
    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAccount:
    """The account at the payment platform; the days of its validity are both included."""

    originator: str
    endpoint: str
    valid_from: date | None = None
    valid_until: date | None = None

    def valid_on(self, day: date) -> bool:
        return _within(day, self.valid_from, self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProvider:
    """A provider that may sign citizens in here; `trust_levels`: its raw claims, by our rank."""

    issuer: str
    valid_from: date | None = None
    valid_until: date | None = None
    trust_levels: Mapping[str, TrustLevel] = field(default_factory=dict)

    def valid_on(self, day: date) -> bool:
        return _within(day, self.valid_from, self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What the file of a municipality named when it was applied: by keys and issuers.

    Only this is ended when the file names it no more; what an operator added stays. `mailboxes` and
    `clerk_mails` by office, `pilot_quiet` by service, and "" for what is of all of them.
    """

    services: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    payment: PaymentAccount | None = None
    mailboxes: tuple[str, ...] = ()
    clerk_mails: tuple[str, ...] = ()
    pilot_quiet: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRule:
    """Exactly one of the three says when; `every` is a month and a day, `MM-DD`."""

    name: str
    every: str | None = None
    days_from_easter_sunday: int | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What a municipality is called, where it is, and how large; see Municipality."""

    name: str
    kind: TownKind
    region: str
    sender: Internal[str]
    kreis: str | None = None
    population: int | None = None
    population_as_of: date | None = None
    portal_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """`ags`: the official key, 8 digits of a town, 5 of a Kreis; see ags.py.

    `kreis`: the key of the Kreis that a town belongs to. `mailbox`: where clerks are told of new
    applications; `mailboxes` by office, where it has one of its own. `successor`: the key of who
    took over when it was closed. `went_live_at`: when its pilot phase ended.
    """

    ags: str
    name: str
    kreis: str | None
    region: str
    sender: str
    branches: tuple[Branch, ...]
    services: Mapping[str, Adoption]
    payment: PaymentAccount | None = None
    closing_days: Mapping[date, str] = field(default_factory=dict)
    kind: TownKind = TownKind.KREISANGEHOERIG
    population: int | None = None
    population_as_of: date | None = None
    e_payment_since: date | None = None
    phase: Phase = Phase.LIVE
    went_live_at: datetime | None = field(default=None, compare=False)
    portal_url: str | None = None
    mailbox: str | None = None
    mailboxes: Mapping[str, str] = field(default_factory=dict)
    clerk_mail: Mapping[str, mail.ClerkMail] = field(default_factory=dict)
    pilot_quiet: Mapping[str, tuple[mail.Audience, ...]] = field(default_factory=dict)
    identity_providers: tuple[IdentityProvider, ...] = ()
    closed_on: date | None = None
    successor: str | None = None
    opened_offices: tuple[str, ...] = ()
    accounts_adopted: Mapping[int, date] = field(default_factory=dict)

    def ended_on(self, day: date) -> bool:
        return self.closed_on is not None and self.closed_on <= day

    def adoption(self, service: str) -> Adoption:
        if service not in self.services:
            raise ServiceNotOffered
        return self.services[service]

    @property
    def offices(self) -> tuple[str, ...]:
        """Those that are open, whether or not they work on a service."""
        working = {adoption.office for adoption in self.services.values()}
        return tuple(sorted({*self.opened_offices, *working}))

    @property
    def branch_keys(self) -> tuple[str, ...]:
        return tuple(branch.key for branch in self.branches)

    def mailbox_of(self, office: str) -> str | None:
        return self.mailboxes.get(office, self.mailbox)

    def clerk_mail_of(self, office: str) -> mail.ClerkMail:
        return mail.clerk_mail_of(self.clerk_mail, office)

    def quiet_for(self, service: str) -> tuple[mail.Audience, ...]:
        """Who is told nothing of a pilot of this service."""
        return mail.quiet_for(self.pilot_quiet, service)


def _within(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)
