"""Offices, branches, mailbox, payment platform, identity providers: what a town works with."""

from domain.errors import (
    AccountsNotAdoptedYet,
    BranchInUse,
    BranchUnknown,
    MailboxMissing,
    OfficeInUse,
    OfficeUnknown,
    PaymentPlatformMissing,
    ProviderUnknown,
)
from domain.municipality import commands as c
from domain.municipality import events as e
from domain.municipality.adoption import AdoptionState
from domain.municipality.going_public import require_ready
from domain.municipality.onboarding import Step
from domain.municipality.state import Town, evolve
from domain.working_days import legal_day

Events = list[e.MunicipalityEvent]


def complete_step(town: Town, command: c.CompleteStep) -> Events:
    if command.step in town.steps:
        return []
    if command.step is Step.CLERK_MAILBOX and not town.has_mailbox:
        raise MailboxMissing
    if command.step is Step.PAYMENT_PLATFORM and town.payment is None:
        raise PaymentPlatformMissing
    if command.step is Step.ANNOUNCEMENT:
        require_ready(town, command.terms, legal_day(command.now))
    return [e.OnboardingStepCompleted(step=command.step, completed_at=command.now)]


def open_office(town: Town, command: c.OpenOffice) -> Events:
    if command.office in town.offices:
        return []
    return [e.OfficeOpened(office=command.office, opened_at=command.now)]


def close_office(town: Town, command: c.CloseOffice) -> Events:
    if command.office not in town.offices:
        raise OfficeUnknown(*town.offices)
    if any(adoption.office == command.office for adoption in town.services.values()):
        raise OfficeInUse
    return [e.OfficeClosed(office=command.office, closed_at=command.now)]


def open_branch(town: Town, command: c.OpenBranch) -> Events:
    if town.branches.get(command.branch.key) == command.branch:
        return []
    return [e.BranchOpened(branch=command.branch, opened_at=command.now)]


def close_branch(town: Town, command: c.CloseBranch) -> Events:
    """The last branch stays: a service may need one for the pick-up."""
    if command.key not in town.branches:
        raise BranchUnknown
    naming = [key for key, one in town.services.items() if command.key in one.branches]
    if not naming and len(town.branches) == 1:
        naming = list(town.services)
    if naming:
        raise BranchInUse(f"{command.key}: {', '.join(naming)}")
    return [e.BranchClosed(key=command.key, closed_at=command.now)]


def set_mailbox(town: Town, command: c.SetMailbox) -> Events:
    if command.office is not None and command.office not in town.offices:
        raise OfficeUnknown(*town.offices)
    before = town.mailbox if command.office is None else town.offices[command.office]
    if before == command.address:
        return []
    address, office = command.address, command.office
    happened = e.ClerkMailboxSet(address=address, office=office, set_at=command.now)
    if address is None:
        _require_others(evolve(town, happened))
        return [happened]
    return [happened, *_step(town, Step.CLERK_MAILBOX, command)]


def _require_others(town: Town) -> None:
    """What is live is told to somebody."""
    for adoption in town.services.values():
        live = adoption.state is AdoptionState.LIVE
        if live and town.mailbox_of(adoption.office) is None:
            raise MailboxMissing


def connect_payment_platform(town: Town, command: c.ConnectPaymentPlatform) -> Events:
    if town.payment == command.account:
        return []
    connected = e.PaymentPlatformConnected(account=command.account, connected_at=command.now)
    return [connected, *_step(town, Step.PAYMENT_PLATFORM, command)]


def _step(town: Town, step: Step, command: c.SetMailbox | c.ConnectPaymentPlatform) -> Events:
    if step in town.steps:
        return []
    return [e.OnboardingStepCompleted(step=step, completed_at=command.now)]


def start_e_payment(town: Town, command: c.StartEPayment) -> Events:
    if town.payment is None:
        raise PaymentPlatformMissing
    if town.e_payment_since == command.since:
        return []
    return [e.EPaymentStarted(since=command.since, recorded_at=command.now)]


def trust_identity_provider(town: Town, command: c.TrustIdentityProvider) -> Events:
    if town.providers.get(command.provider.issuer) == command.provider:
        return []
    return [e.IdentityProviderTrusted(provider=command.provider, trusted_at=command.now)]


def end_identity_provider(town: Town, command: c.EndIdentityProvider) -> Events:
    provider = town.providers.get(command.issuer)
    if provider is None:
        raise ProviderUnknown
    if provider.valid_until == command.until and not command.by_file:
        return []
    return [
        e.IdentityProviderEnded(
            issuer=command.issuer,
            until=command.until,
            ended_at=command.now,
            by_file=command.by_file,
        )
    ]


def record_annual_accounts(town: Town, command: c.RecordAnnualAccounts) -> Events:
    """A day that was wrong is corrected by the right one."""
    if town.accounts_adopted.get(command.year) == command.adopted_on:
        return []
    if command.adopted_on.year <= command.year or command.adopted_on > legal_day(command.now):
        raise AccountsNotAdoptedYet
    return [
        e.AnnualAccountsAdopted(
            year=command.year, adopted_on=command.adopted_on, recorded_at=command.now
        )
    ]


def set_closing_days(town: Town, command: c.SetClosingDays) -> Events:
    if town.closing_rules == command.rules:
        return []
    return [e.ClosingDaysSet(rules=command.rules, set_at=command.now)]
