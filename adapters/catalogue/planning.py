"""What has to be commanded so that a municipality is as its file says."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from adapters.catalogue.deadlines import deadline_policy
from adapters.catalogue.municipality_document import (
    AdoptionDocument,
    IdentityProviderDocument,
    MunicipalityDocument,
)
from adapters.catalogue.reading import Entry
from domain.municipality import commands as c
from domain.municipality.ags import names_kreis
from domain.municipality.municipality import (
    AdoptionState,
    Attributes,
    Branch,
    ClosingRule,
    IdentityProvider,
    PaymentAccount,
    Phase,
    TownKind,
)
from domain.municipality.state import Town
from domain.rules import TrustLevel
from domain.working_days import legal_day

Terms = Callable[[str, int], c.VersionTerms]
NOT_IN_FILE = "Die Datei der Kommune nennt diese Leistung nicht mehr."


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
    for key in town.branches.keys() - {branch.key for branch in file.branches}:
        yield c.CloseBranch(key=key, now=now)
    for step in file.onboarding:
        yield c.CompleteStep(step=step, now=now)
    yield c.NoteFile(sha256=entry.source.sha256, now=now)


def _begin(
    file: MunicipalityDocument, town: Town, now: datetime
) -> Iterator[c.MunicipalityCommand]:
    if town.attributes is None:
        yield c.Register(ags=file.ags, attributes=attributes_of(file), phase=file.phase, now=now)
        return
    yield c.ChangeAttributes(attributes=attributes_of(file), now=now)
    if file.phase is Phase.LIVE:
        yield c.EndPilot(now=now)


def _furnish(file: MunicipalityDocument, now: datetime) -> Iterator[c.MunicipalityCommand]:
    offices = {adoption.office: None for adoption in file.services.values()} | file.mailboxes
    for office in offices:
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
    """A service that was suspended by hand stays so: its file does not say why it was."""
    for key, adoption in file.services.items():
        wanted = terms(key, adoption.version)
        yield _adoption(key, adoption, wanted, now)
        before = town.services.get(key)
        suspended = before is not None and before.state is AdoptionState.SUSPENDED
        if adoption.live and not suspended:
            yield c.TakeLive(service=key, terms=wanted, since=adoption.live_since, now=now)
    for key, before in town.services.items():
        if key not in file.services and before.state is AdoptionState.LIVE:
            yield c.SuspendService(service=key, reason=NOT_IN_FILE, now=now)


def attributes_of(file: MunicipalityDocument) -> Attributes:
    return Attributes(
        name=file.name,
        kind=file.kind or natural_kind(file),
        region=file.region,
        sender=file.sender,
        kreis=file.kreis,
        population=file.population,
        population_as_of=file.population_as_of,
        portal_url=file.portal_url,
    )


def natural_kind(file: MunicipalityDocument) -> TownKind:
    if names_kreis(file.ags):
        return TownKind.KREIS
    return TownKind.KREISANGEHOERIG if file.kreis else TownKind.KREISFREI


def _adoption(
    key: str, adoption: AdoptionDocument, terms: c.VersionTerms, now: datetime
) -> c.AdoptService:
    given: dict[str, Any] = adoption.model_dump(exclude={"deadline", "live", "live_since"})
    if adoption.deadline:
        given["deadline"] = deadline_policy(adoption.deadline)
    return c.AdoptService(service=key, terms=terms, now=now, **given)


def _identity_provider(provider: IdentityProviderDocument) -> IdentityProvider:
    levels = {raw: TrustLevel[name.upper()] for raw, name in provider.trust_levels.items()}
    given: dict[str, Any] = provider.model_dump(exclude={"trust_levels"})
    return IdentityProvider(trust_levels=levels, **given)
