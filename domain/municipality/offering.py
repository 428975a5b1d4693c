"""When may a town adopt a service, let it go live, and suspend it?"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.errors import (
    BranchMissing,
    BranchUnknown,
    FeeLineUnknown,
    MailboxMissing,
    OfficeUnknown,
    PaymentPlatformMissing,
    ProofAskedForAlready,
    ReasonMissing,
    ServiceIsNotLive,
    ServiceNotAdopted,
    VersionNotPublished,
    WaivedProofUnknown,
)
from domain.municipality import commands as c
from domain.municipality import events as e
from domain.municipality.adoption import Adoption, AdoptionState
from domain.municipality.paying import can_cost, has_account
from domain.municipality.state import Town
from domain.working_days import legal_day

Events = list[e.MunicipalityEvent]
TERMS = (
    "version", "office", "fees", "pilot", "texts", "deadline", "waived_proofs", "branches", "link",
    "own_proofs",
)  # fmt: skip


def adopt(town: Town, command: c.AdoptService) -> Events:
    before = town.services.get(command.service)
    wanted: dict[str, Any] = {name: getattr(command, name) for name in TERMS}
    if before and wanted == {name: getattr(before, name) for name in TERMS}:
        return []
    _require_sound(town, command)
    if before is None:
        return [e.ServiceAdopted(service=command.service, adopted_at=command.now, **wanted)]
    if before.state is AdoptionState.LIVE:
        today = legal_day(command.now)
        _require_fit_for_live(town, command.office, command.fees, command.terms, today)
    return [e.AdoptionChanged(service=command.service, changed_at=command.now, **wanted)]


def _require_sound(town: Town, command: c.AdoptService) -> None:
    if not command.terms.published:
        raise VersionNotPublished
    if command.office not in town.offices:
        raise OfficeUnknown(*town.offices)
    if set(command.branches) - set(town.branches):
        raise BranchUnknown
    if set(command.fees) - set(command.terms.tariff) - set(command.terms.announced):
        raise FeeLineUnknown
    if set(command.waived_proofs) - set(command.terms.proofs):
        raise WaivedProofUnknown
    kinds = [*command.terms.proofs, *(proof.kind for proof in command.own_proofs)]
    if len(set(kinds)) < len(kinds):
        raise ProofAskedForAlready


def take_live(town: Town, command: c.TakeLive) -> Events:
    adoption = _adopted(town, command.service)
    same_day = command.since in (None, adoption.live_since)
    if adoption.state is AdoptionState.LIVE and same_day:
        return []
    today = legal_day(command.now)
    first = max(command.since or today, today)
    _require_fit_for_live(town, adoption.office, adoption.fees, command.terms, first)
    since = command.since or adoption.live_since
    return [e.ServiceWentLive(service=command.service, since=since, went_live_at=command.now)]


def _require_fit_for_live(
    town: Town, office: str, fees: Mapping[str, int], terms: c.VersionTerms, day: date
) -> None:
    if not terms.published:
        raise VersionNotPublished
    if not terms.takes_applications:
        return
    if town.mailbox_of(office) is None:
        raise MailboxMissing
    if can_cost(terms.tariff, fees) and not has_account(town.payment, day):
        raise PaymentPlatformMissing
    if terms.has_pickup and not town.branches:
        raise BranchMissing


def suspend(town: Town, command: c.SuspendService) -> Events:
    """What its file suspended a person may suspend as well: then the file lifts it no more."""
    adoption = _adopted(town, command.service)
    by_hand_now = adoption.suspended_by_file and not command.by_file
    if adoption.state is AdoptionState.SUSPENDED and not by_hand_now:
        return []
    if adoption.state is AdoptionState.ADOPTED:
        raise ServiceIsNotLive
    if not command.reason.strip():
        raise ReasonMissing
    return [
        e.ServiceSuspended(
            service=command.service,
            reason=command.reason,
            suspended_at=command.now,
            by_file=command.by_file,
        )
    ]


def _adopted(town: Town, service: str) -> Adoption:
    if service not in town.services:
        raise ServiceNotAdopted
    return town.services[service]
