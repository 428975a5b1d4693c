"""What has to be commanded so that a municipality is as its file says."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from adapters.catalogue.brought import brought_by, mailboxes_of
from adapters.catalogue.deadlines import deadline_policy
from adapters.catalogue.municipality_document import (
    AdoptionDocument,
    IdentityProviderDocument,
    MunicipalityDocument,
)
from adapters.catalogue.reading import Entry
from adapters.catalogue.telling import tell, tell_as_usual
from domain.municipality import commands as c
from domain.municipality.adoption import Adoption, AdoptionState
from domain.municipality.going_public import SAID_TO_BE_DONE
from domain.municipality.kreise import kind_of
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
from domain.municipality.state import Town
from domain.municipality.taking_on import NOT_IN_FILE, left_file
from domain.rules import OwnProof, TrustLevel
from domain.working_days import legal_day

Terms = Callable[[str, int], c.VersionTerms]


def plan(
    entry: Entry[MunicipalityDocument], town: Town, terms: Terms, now: datetime
) -> c.AllOf | None:
    """Return None where this very file was applied before: later changes stay.

    Nor is anything changed in a municipality that has ended, whatever its file says.
    """
    if town.file_sha256 == entry.source.sha256 or town.ended_on(legal_day(now)):
        return None
    return c.AllOf(commands=tuple(_commands(entry, town, terms, now)))


def _commands(
    entry: Entry[MunicipalityDocument], town: Town, terms: Terms, now: datetime
) -> Iterator[c.MunicipalityCommand]:
    file = entry.document
    yield from _begin(file, town, now)
    yield from _furnish(file, now)
    yield from _offer(file, town, terms, now)
    yield from tell(file, town, now)
    yield from tell_as_usual(town, file, now)
    yield from _end(town, brought_by(file), now)
    yield from _go_public(file, town, terms, now)
    yield c.NoteFile(sha256=entry.source.sha256, brought=brought_by(file), now=now)


def _begin(
    file: MunicipalityDocument, town: Town, now: datetime
) -> Iterator[c.MunicipalityCommand]:
    if town.attributes is None:
        yield c.Register(ags=file.ags, attributes=attributes_of(file), now=now)
        return
    yield c.ChangeAttributes(attributes=attributes_of(file), now=now)


def _go_public(
    file: MunicipalityDocument, town: Town, terms: Terms, now: datetime
) -> Iterator[c.MunicipalityCommand]:
    """The steps in their order, whatever the order in the file: the announcement needs others."""
    versions = {key: one.version for key, one in town.services.items()}
    versions |= {key: one.version for key, one in file.services.items()}
    offered = {key: terms(key, version) for key, version in versions.items()}
    for step in sorted(file.onboarding, key=[*Step].index):
        yield c.CompleteStep(step=step, terms=offered, now=now)
    if phase_of(file) is Phase.LIVE:
        yield c.EndPilot(terms=offered, now=now)


def _furnish(file: MunicipalityDocument, now: datetime) -> Iterator[c.MunicipalityCommand]:
    offices = [a.office for a in file.services.values()]
    for office in dict.fromkeys([*offices, *file.mailboxes, *file.clerk_mails]):
        yield c.OpenOffice(office=office, now=now)
    for branch in file.branches:
        yield c.OpenBranch(branch=Branch(**branch.model_dump()), now=now)
    if file.mailbox:
        yield c.SetMailbox(address=file.mailbox, now=now)
    for office, address in file.mailboxes.items():
        yield c.SetMailbox(address=address, office=office, now=now)
    if file.payment:
        account = PaymentAccount(**file.payment.model_dump())
        yield c.ConnectPaymentPlatform(account=account, now=now)
    if file.e_payment_since:
        yield c.StartEPayment(since=file.e_payment_since, now=now)
    for provider in file.identity_providers:
        yield c.TrustIdentityProvider(provider=_identity_provider(provider), now=now)
    rules = tuple(ClosingRule(**rule.model_dump()) for rule in file.closing_days)
    yield c.SetClosingDays(rules=rules, now=now)


def _offer(
    file: MunicipalityDocument, town: Town, terms: Terms, now: datetime
) -> Iterator[c.MunicipalityCommand]:
    """What a person suspended stays so; what the file suspended it lifts by naming it again."""
    for key, adoption in file.services.items():
        wanted = terms(key, adoption.version)
        yield _adoption(key, adoption, wanted, now)
        if adoption.live and not _suspended_by_hand(town.services.get(key)):
            yield c.TakeLive(service=key, terms=wanted, since=adoption.live_since, now=now)


def _suspended_by_hand(before: Adoption | None) -> bool:
    if before is None or before.state is not AdoptionState.SUSPENDED:
        return False
    return not left_file(before)


def _end(town: Town, named: Brought, now: datetime) -> Iterator[c.MunicipalityCommand]:
    """What the file brought and names no more; never what an operator added."""
    yesterday = legal_day(now) - timedelta(days=1)
    for key in _gone(town.brought.services, named.services, town.services):
        if town.services[key].state is AdoptionState.LIVE:
            yield c.SuspendService(service=key, reason=NOT_IN_FILE, by_file=True, now=now)
    for key in _gone(town.brought.branches, named.branches, town.branches):
        yield c.CloseBranch(key=key, now=now)
    for issuer in _gone(town.brought.providers, named.providers, town.providers):
        by_file = issuer not in town.ended_by_hand
        if by_file or town.providers[issuer].valid_on(legal_day(now)):
            yield c.EndIdentityProvider(issuer=issuer, until=yesterday, now=now, by_file=by_file)
    for office in _gone(town.brought.mailboxes, named.mailboxes, mailboxes_of(town)):
        yield c.SetMailbox(address=None, office=office or None, now=now)
    account = town.payment
    if account and named.payment is None and account == town.brought.payment:
        ended = replace(account, valid_until=_earlier(account.valid_until, yesterday))
        yield c.ConnectPaymentPlatform(account=ended, now=now)


def _gone(brought: Iterable[str], named: Iterable[str], there: Iterable[str]) -> list[str]:
    return sorted((set(brought) - set(named)) & set(there))


def _earlier(one: date | None, other: date) -> date:
    return min(one, other) if one else other


def attributes_of(file: MunicipalityDocument) -> Attributes:
    return Attributes(
        name=file.name,
        kind=file.kind or kind_of(file.ags)[0],
        region=file.region,
        sender=file.sender,
        kreis=file.kreis,
        population=file.population,
        population_as_of=file.population_as_of,
        portal_url=file.portal_url,
    )


def phase_of(file: MunicipalityDocument) -> Phase:
    """Whoever names the steps that only people can say are done has a town that takes part."""
    said = set(SAID_TO_BE_DONE) <= set(file.onboarding)
    return file.phase or (Phase.LIVE if said else Phase.PILOT)


def _adoption(
    key: str, adoption: AdoptionDocument, terms: c.VersionTerms, now: datetime
) -> c.AdoptService:
    given: dict[str, Any] = adoption.model_dump(
        exclude={"deadline", "live", "live_since", "own_proofs", "pilot_quiet"}
    )
    given["own_proofs"] = tuple(OwnProof(**one.model_dump()) for one in adoption.own_proofs)
    if adoption.deadline:
        given["deadline"] = deadline_policy(adoption.deadline)
    return c.AdoptService(service=key, terms=terms, now=now, **given)


def _identity_provider(provider: IdentityProviderDocument) -> IdentityProvider:
    levels = {raw: TrustLevel[name.upper()] for raw, name in provider.trust_levels.items()}
    given: dict[str, Any] = provider.model_dump(exclude={"trust_levels"})
    return IdentityProvider(trust_levels=levels, **given)
