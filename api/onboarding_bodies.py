"""What an operator may ask of a municipality: each body is one command."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, Strict, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from adapters.catalogue.closing_days import rule_complaint
from api.bodies import Ags, Body, Email, IsoDate, Key, Name, Words
from api.refusals import FieldProblem, FormHasProblems
from domain.municipality import commands as c
from domain.municipality.ags import KREIS_PATTERN
from domain.municipality.clerk_mail import CLOCK, USUAL, Audience, ClerkMailMode
from domain.municipality.municipality import (
    Attributes,
    Branch,
    ClosingRule,
    IdentityProvider,
    PaymentAccount,
    TownKind,
)
from domain.municipality.onboarding import Step
from domain.municipality.paying import PLATFORM_NAME
from domain.rules import OwnProof, TrustLevel
from domain.working_days import DeadlinePolicy

WEB = r"^https?://[^\s]+$"
MONTH_AND_DAY = r"^\d\d-\d\d$"
Web = Annotated[str, StringConstraints(pattern=WEB, max_length=500)]
PlatformName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=PLATFORM_NAME),
]
Cents = Annotated[int, Field(ge=0, le=100_000_00)]


class CommandBody(Body, ABC):
    @abstractmethod
    def command(self, now: datetime) -> c.MunicipalityCommand: ...


class AttributesBody(CommandBody):
    name: Name
    kind: Annotated[TownKind, Strict(strict=False)]
    region: Key
    sender: Email
    kreis: Annotated[str, StringConstraints(pattern=KREIS_PATTERN)] | None = None
    population: Annotated[int, Field(ge=1)] | None = None
    population_as_of: IsoDate | None = None
    portal_url: Web | None = None

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


class OfficeBody(CommandBody):
    office: Name

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.OpenOffice(office=self.office, now=now)


class ClosedOfficeBody(OfficeBody):
    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.CloseOffice(office=self.office, now=now)


class BranchBody(CommandBody):
    key: Key
    name: Name
    address: Name

    def command(self, now: datetime) -> c.MunicipalityCommand:
        branch = Branch(key=self.key, name=self.name, address=self.address)
        return c.OpenBranch(branch=branch, now=now)


class ClosedBranchBody(CommandBody):
    key: Key

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.CloseBranch(key=self.key, now=now)


class MailboxBody(CommandBody):
    """Without an office: of every office that has none of its own."""

    address: Email
    office: Name | None = None

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.SetMailbox(address=self.address, office=self.office, now=now)


class ClerkMailBody(CommandBody):
    """Without an office: of every office that has not chosen for itself.

    `digest_at`: from this time of the town on, `HH:MM`; only where `mode` is `digest`.
    """

    mode: Annotated[ClerkMailMode, Strict(strict=False)]
    digest_at: Annotated[str, StringConstraints(pattern=CLOCK)] = USUAL.digest_at
    office: Name | None = None

    @field_validator("digest_at")
    @classmethod
    def _of_a_digest(cls, digest_at: str, info: ValidationInfo) -> str:
        if info.data.get("mode", ClerkMailMode.DIGEST) is not ClerkMailMode.DIGEST:
            raise PydanticCustomError("without_digest", "leave this out: only a digest has a time")
        return digest_at

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.ChooseClerkMail(
            mode=self.mode, digest_at=self.digest_at, office=self.office, now=now
        )


class PilotQuietBody(CommandBody):
    """Who is told nothing; an empty list: everybody is told. Without a service: of all."""

    quiet: list[Annotated[Audience, Strict(strict=False)]]
    service: Key | None = None

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.KeepPilotQuiet(quiet=tuple(self.quiet), service=self.service, now=now)


class PaymentAccountBody(CommandBody):
    """The account at the payment platform; the days of its validity are both included."""

    originator: PlatformName
    endpoint: PlatformName
    valid_from: IsoDate | None = None
    valid_until: IsoDate | None = None

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.ConnectPaymentPlatform(account=PaymentAccount(**self.model_dump()), now=now)


class EPaymentBody(CommandBody):
    since: IsoDate

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.StartEPayment(since=self.since, now=now)


class IdentityProviderBody(CommandBody):
    """`trust_levels`: the provider's own words for them, by our rank from 1 (basic) to 4 (high)."""

    issuer: Web
    valid_from: IsoDate | None = None
    valid_until: IsoDate | None = None
    trust_levels: dict[str, Annotated[TrustLevel, Strict(strict=False)]] = Field(
        default_factory=dict
    )

    def command(self, now: datetime) -> c.MunicipalityCommand:
        given = {name: getattr(self, name) for name in IdentityProvider.__dataclass_fields__}
        return c.TrustIdentityProvider(provider=IdentityProvider(**given), now=now)


class EndedIdentityProviderBody(CommandBody):
    """`until`: the last day on which it may sign anybody in."""

    issuer: Web
    until: IsoDate

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.EndIdentityProvider(issuer=self.issuer, until=self.until, now=now)


class ClosingRuleBody(Body):
    """Exactly one of the three says when; `every` is a month and a day, `MM-DD`."""

    name: Name
    every: Annotated[str, StringConstraints(pattern=MONTH_AND_DAY)] | None = None
    days_from_easter_sunday: Annotated[int, Field(ge=-93, le=250)] | None = None
    on: IsoDate | None = None


class ClosingDaysBody(CommandBody):
    """All of them: these take the place of those before."""

    rules: list[ClosingRuleBody]

    def command(self, now: datetime) -> c.MunicipalityCommand:
        rules = tuple(ClosingRule(**rule.model_dump()) for rule in self.rules)
        complaints = ((row, rule_complaint(rule)) for row, rule in enumerate(rules))
        problems = [FieldProblem(f"/rules/{row}", what) for row, what in complaints if what]
        if problems:
            raise FormHasProblems(problems)
        return c.SetClosingDays(rules=rules, now=now)


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


FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,79}$")]
Fact = bool | int | Name


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
    link: Web | None = None

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


# POST .../municipalities/{ags}/<name>: what it does, and its body.
COMMANDS: Mapping[str, tuple[str, type[CommandBody]]] = {
    "attributes": ("Change name, region, size and where its mail comes from.", AttributesBody),
    "phase": ("End the pilot phase: what is filed from now on counts.", PhaseBody),
    "steps": ("Complete a step of the onboarding.", StepBody),
    "offices": ("Open an office.", OfficeBody),
    "closed-offices": ("Close an office that offers nothing.", ClosedOfficeBody),
    "branches": ("Open a branch, or change its name and address.", BranchBody),
    "closed-branches": ("Close a branch.", ClosedBranchBody),
    "mailbox": ("Set the clerk mailbox, of one office or of all.", MailboxBody),
    "clerk-mail": (
        "Choose when an office is told by mail of what came: at once, in a digest, or never.",
        ClerkMailBody,
    ),
    "pilot-quiet": ("Say who is told nothing of applications filed as a pilot.", PilotQuietBody),
    "payment-account": ("Connect the payment platform.", PaymentAccountBody),
    "e-payment": ("Say since when fees are paid online.", EPaymentBody),
    "identity-providers": ("Trust an identity provider.", IdentityProviderBody),
    "ended-identity-providers": ("Trust an identity provider no more.", EndedIdentityProviderBody),
    "closing-days": ("Set the closing days.", ClosingDaysBody),
    "annual-accounts": (
        "Say when the council adopted the accounts of a year: retention counts from then.",
        AnnualAccountsBody,
    ),
    "closure": ("Close the municipality; what was filed goes on.", ClosureBody),
    "merger": ("Merge the municipality into another one.", MergerBody),
}
