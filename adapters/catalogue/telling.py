"""What a municipality's file says about mails to its offices, and who is left out in a pilot."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from adapters.catalogue.municipality_document import ClerkMailDocument, MunicipalityDocument
from domain.municipality import commands as c
from domain.municipality.clerk_mail import EVERYWHERE, USUAL, Audience
from domain.municipality.state import Town


def clerk_mails_of(file: MunicipalityDocument) -> Mapping[str, ClerkMailDocument]:
    """By office, and "" for that of all of them."""
    return {**({EVERYWHERE: file.clerk_mail} if file.clerk_mail else {}), **file.clerk_mails}


def pilot_quiet_of(file: MunicipalityDocument) -> Mapping[str, tuple[Audience, ...]]:
    """By service, and "" for that of all of them."""
    named = {EVERYWHERE: file.pilot_quiet} | {k: s.pilot_quiet for k, s in file.services.items()}
    return {key: quiet for key, quiet in named.items() if quiet is not None}


def tell(file: MunicipalityDocument, town: Town, now: datetime) -> Iterator[c.MunicipalityCommand]:
    """Readers who ended their digest are sent none again because of a file; an operator may."""
    for office, wanted in clerk_mails_of(file).items():
        before = town.clerk_mail.get(office)
        if before is None or not before.unsubscribed:
            chosen = wanted.model_dump()
            yield c.ChooseClerkMail(office=office or None, now=now, **chosen)
    for service, quiet in pilot_quiet_of(file).items():
        yield c.KeepPilotQuiet(service=service or None, quiet=quiet, now=now)


def tell_as_usual(
    town: Town, file: MunicipalityDocument, now: datetime
) -> Iterator[c.MunicipalityCommand]:
    """What the file brought and names no more is as it is where nobody says anything."""
    for office in _gone(town.brought.clerk_mails, clerk_mails_of(file), town.clerk_mail):
        if not office or office in town.offices:
            yield c.ChooseClerkMail(office=office or None, mode=USUAL.mode, now=now)
    for service in _gone(town.brought.pilot_quiet, pilot_quiet_of(file), town.pilot_quiet):
        yield c.KeepPilotQuiet(service=service or None, quiet=(), now=now)


def _gone(
    brought: tuple[str, ...], named: Mapping[str, object], there: Mapping[str, object]
) -> list[str]:
    return sorted((set(brought) - set(named)) & set(there))
