"""What the rules need to know about a municipality, and all that the catalogue shows of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar, assert_never

from domain.municipality import clerk_mail as mail
from domain.municipality import events as e
from domain.municipality.adoption import Adoption
from domain.municipality.clerk_mail import ClerkMail
from domain.municipality.evolving_adoption import live, on_new_terms, suspended
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

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Town:
    """`attributes` is None until it is registered. `offices`: each with its own mailbox, if any.

    `ended_by_hand`: the providers that a person ended, not the file.
    """

    ags: str = ""
    attributes: Attributes | None = None
    phase: Phase = Phase.PILOT
    went_live_at: datetime | None = field(default=None, compare=False)
    steps: frozenset[Step] = frozenset()
    offices: Mapping[str, str | None] = field(default_factory=dict)
    branches: Mapping[str, Branch] = field(default_factory=dict)
    mailbox: str | None = None
    clerk_mail: Mapping[str, mail.ClerkMail] = field(default_factory=dict)
    pilot_quiet: Mapping[str, tuple[mail.Audience, ...]] = field(default_factory=dict)
    payment: PaymentAccount | None = None
    e_payment_since: date | None = None
    providers: Mapping[str, IdentityProvider] = field(default_factory=dict)
    ended_by_hand: frozenset[str] = frozenset()
    closing_rules: tuple[ClosingRule, ...] = ()
    accounts_adopted: Mapping[int, date] = field(default_factory=dict)
    services: Mapping[str, Adoption] = field(default_factory=dict)
    closed_on: date | None = None
    successor: str | None = None
    file_sha256: str = ""
    brought: Brought = field(default_factory=Brought)

    def ended_on(self, day: date) -> bool:
        """An end that lies ahead changes nothing yet."""
        return self.closed_on is not None and self.closed_on <= day

    def mailbox_of(self, office: str) -> str | None:
        return self.offices.get(office) or self.mailbox

    @property
    def has_mailbox(self) -> bool:
        return self.mailbox is not None or any(self.offices.values())

    @property
    def missing_steps(self) -> tuple[Step, ...]:
        return tuple(step for step in Step if step not in self.steps)


def evolve(  # noqa: C901, PLR0911, PLR0912, PLR0915 -- a flat table
    town: Town, event: e.MunicipalityEvent
) -> Town:
    match event:
        case e.MunicipalityRegistered():
            return replace(town, ags=event.ags, attributes=event.attributes, phase=event.phase)
        case e.MunicipalityChanged():
            return replace(town, attributes=event.attributes)
        case e.MunicipalityWentLive():
            return replace(town, phase=Phase.LIVE, went_live_at=event.went_live_at)
        case e.OnboardingStepCompleted():
            return replace(town, steps=town.steps | {event.step})
        case e.OfficeOpened():
            return replace(town, offices={**town.offices, event.office: None})
        case e.OfficeClosed():
            return replace(town, offices=_without(town.offices, event.office))
        case e.BranchOpened():
            return replace(town, branches={**town.branches, event.branch.key: event.branch})
        case e.BranchClosed():
            return replace(town, branches=_without(town.branches, event.key))
        case e.ClerkMailboxSet():
            return _with_mailbox(town, event)
        case e.ClerkMailChosen():
            chosen = ClerkMail(
                mode=event.mode, digest_at=event.digest_at, chosen_at=event.chosen_at
            )
            return replace(town, clerk_mail=mail.having(town.clerk_mail, event.office, chosen))
        case e.DigestUnsubscribed():
            return replace(town, clerk_mail=mail.unsubscribed(town.clerk_mail, event.office))
        case e.PilotKeptQuiet():
            quiet = {**town.pilot_quiet, event.service or mail.EVERYWHERE: event.quiet}
            return replace(town, pilot_quiet=quiet)
        case e.PaymentPlatformConnected():
            return replace(town, payment=event.account)
        case e.EPaymentStarted():
            return replace(town, e_payment_since=event.since)
        case e.IdentityProviderTrusted():
            trusted = town.ended_by_hand - {event.provider.issuer}
            return replace(_with_provider(town, event.provider), ended_by_hand=trusted)
        case e.IdentityProviderEnded():
            return _provider_ended(town, event)
        case e.AnnualAccountsAdopted():
            adopted = {**town.accounts_adopted, event.year: event.adopted_on}
            return replace(town, accounts_adopted=adopted)
        case e.ClosingDaysSet():
            return replace(town, closing_rules=event.rules)
        case e.ServiceAdopted() | e.AdoptionChanged():
            return _with_service(town, on_new_terms(town.services.get(event.service), event))
        case e.ServiceWentLive():
            return _with_service(town, live(town.services[event.service], event.since))
        case e.ServiceSuspended():
            return _with_service(town, suspended(town.services[event.service], event))
        case e.MunicipalityClosed():
            return replace(town, closed_on=event.closed_on, successor=None)
        case e.MunicipalityMerged():
            return replace(town, closed_on=event.merged_on, successor=event.into)
        case e.MunicipalityFileApplied():
            brought = event.brought or _brought_once(town)
            return replace(town, file_sha256=event.sha256, brought=brought)
        case _:
            assert_never(event)


def _without(of: Mapping[str, V], key: str) -> dict[str, V]:
    return {name: value for name, value in of.items() if name != key}


def _with_mailbox(town: Town, event: e.ClerkMailboxSet) -> Town:
    if event.office is None:
        return replace(town, mailbox=event.address)
    return replace(town, offices={**town.offices, event.office: event.address})


def _with_provider(town: Town, provider: IdentityProvider) -> Town:
    return replace(town, providers={**town.providers, provider.issuer: provider})


def _provider_ended(town: Town, event: e.IdentityProviderEnded) -> Town:
    """One that was ended by hand is still named, so that its end lets in nobody else."""
    if event.by_file:
        return replace(town, providers=_without(town.providers, event.issuer))
    by_hand = town.ended_by_hand | {event.issuer}
    ended = replace(town.providers[event.issuer], valid_until=event.until)
    return replace(_with_provider(town, ended), ended_by_hand=by_hand)


def _with_service(town: Town, adoption: Adoption) -> Town:
    return replace(town, services={**town.services, adoption.service: adoption})


def _brought_once(town: Town) -> Brought:
    """Before it was recorded what a file brought, all services and branches were taken for its."""
    return Brought(services=tuple(town.services), branches=tuple(town.branches))
