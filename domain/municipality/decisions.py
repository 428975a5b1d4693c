"""The rules of a municipality: what it needs before it offers a service, and how it ends."""

from datetime import date
from functools import reduce
from typing import assert_never

from domain.decider import Decider
from domain.errors import (
    AlreadyRegistered,
    KeyUnknown,
    KindDoesNotFit,
    MergedIntoItself,
    MunicipalityHasEnded,
    NotRegistered,
    PopulationNotCountedYet,
    ReasonMissing,
    SuccessorHasEnded,
)
from domain.municipality import commands as c
from domain.municipality import events as e
from domain.municipality.furnishing import (
    close_branch,
    close_office,
    complete_step,
    connect_payment_platform,
    end_identity_provider,
    open_branch,
    open_office,
    record_annual_accounts,
    set_closing_days,
    set_mailbox,
    start_e_payment,
    trust_identity_provider,
)
from domain.municipality.going_public import require_ready
from domain.municipality.kreise import kind_of, may_take_part
from domain.municipality.municipality import Attributes, Phase
from domain.municipality.offering import adopt, suspend, take_live
from domain.municipality.state import Town, evolve
from domain.municipality.telling import choose_clerk_mail, keep_pilot_quiet, unsubscribe_digest
from domain.working_days import legal_day

Events = list[e.MunicipalityEvent]
# Its applications go on after its end: they are paid, told of, counted in working days and kept.
AFTER_THE_END = (
    c.SetMailbox,
    c.ChooseClerkMail,
    c.UnsubscribeDigest,
    c.ConnectPaymentPlatform,
    c.TrustIdentityProvider,
    c.EndIdentityProvider,
    c.SetClosingDays,
    c.RecordAnnualAccounts,
)


def decide(  # noqa: C901, PLR0911, PLR0912, PLR0915 -- a flat table
    town: Town, command: c.MunicipalityCommand
) -> Events:
    if isinstance(command, c.AllOf):
        return all_of(town, command)
    if isinstance(command, c.Register):
        return register(town, command)
    if town.attributes is None:
        raise NotRegistered
    if town.ended_on(legal_day(command.now)) and not isinstance(command, AFTER_THE_END):
        raise MunicipalityHasEnded
    match command:
        case c.ChangeAttributes():
            return change_attributes(town, command)
        case c.EndPilot():
            return end_pilot(town, command)
        case c.CompleteStep():
            return complete_step(town, command)
        case c.OpenOffice():
            return open_office(town, command)
        case c.CloseOffice():
            return close_office(town, command)
        case c.OpenBranch():
            return open_branch(town, command)
        case c.CloseBranch():
            return close_branch(town, command)
        case c.SetMailbox():
            return set_mailbox(town, command)
        case c.ChooseClerkMail():
            return choose_clerk_mail(town, command)
        case c.UnsubscribeDigest():
            return unsubscribe_digest(town, command)
        case c.KeepPilotQuiet():
            return keep_pilot_quiet(town, command)
        case c.ConnectPaymentPlatform():
            return connect_payment_platform(town, command)
        case c.StartEPayment():
            return start_e_payment(town, command)
        case c.TrustIdentityProvider():
            return trust_identity_provider(town, command)
        case c.EndIdentityProvider():
            return end_identity_provider(town, command)
        case c.RecordAnnualAccounts():
            return record_annual_accounts(town, command)
        case c.SetClosingDays():
            return set_closing_days(town, command)
        case c.AdoptService():
            return adopt(town, command)
        case c.TakeLive():
            return take_live(town, command)
        case c.SuspendService():
            return suspend(town, command)
        case c.CloseMunicipality():
            return close(town, command)
        case c.MergeInto():
            return merge(town, command)
        case c.NoteFile():
            return note_file(town, command)
        case _:
            assert_never(command)


def all_of(town: Town, command: c.AllOf) -> Events:
    decided: Events = []
    for one in command.commands:
        found = decide(town, one)
        town = reduce(evolve, found, town)
        decided += found
    return decided


def register(town: Town, command: c.Register) -> Events:
    if town.attributes is not None:
        raise AlreadyRegistered
    if not may_take_part(command.ags):
        raise KeyUnknown
    _require_sound(command.ags, command.attributes, legal_day(command.now))
    return [
        e.MunicipalityRegistered(
            ags=command.ags,
            attributes=command.attributes,
            phase=Phase.PILOT,
            registered_at=command.now,
        )
    ]


def change_attributes(town: Town, command: c.ChangeAttributes) -> Events:
    _require_sound(town.ags, command.attributes, legal_day(command.now))
    if town.attributes == command.attributes:
        return []
    return [e.MunicipalityChanged(attributes=command.attributes, changed_at=command.now)]


def _require_sound(ags: str, attributes: Attributes, today: date) -> None:
    """The key alone says it; kind and Kreis are written down for those who read."""
    if (attributes.kind, attributes.kreis) != kind_of(ags):
        raise KindDoesNotFit
    if attributes.population_as_of and attributes.population_as_of > today:
        raise PopulationNotCountedYet


def end_pilot(town: Town, command: c.EndPilot) -> Events:
    if town.phase is Phase.LIVE:
        return []
    require_ready(town, command.terms, legal_day(command.now))
    return [e.MunicipalityWentLive(went_live_at=command.now)]


def close(town: Town, command: c.CloseMunicipality) -> Events:
    """Until the day has come, another day may be set, or a merger."""
    if not command.reason.strip():
        raise ReasonMissing
    if (town.closed_on, town.successor) == (command.closed_on, None):
        return []
    return [
        e.MunicipalityClosed(
            closed_on=command.closed_on, reason=command.reason, closed_at=command.now
        )
    ]


def merge(town: Town, command: c.MergeInto) -> Events:
    if command.into == town.ags:
        raise MergedIntoItself
    if (town.closed_on, town.successor) == (command.merged_on, command.into):
        return []
    if not command.goes_on:
        raise SuccessorHasEnded
    return [
        e.MunicipalityMerged(into=command.into, merged_on=command.merged_on, merged_at=command.now)
    ]


def note_file(town: Town, command: c.NoteFile) -> Events:
    if town.file_sha256 == command.sha256:
        return []
    sha256, brought = command.sha256, command.brought
    return [e.MunicipalityFileApplied(sha256=sha256, applied_at=command.now, brought=brought)]


MUNICIPALITY = Decider(initial=Town(), decide=decide, evolve=evolve, events=e.MunicipalityEvent)
