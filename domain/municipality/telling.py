"""How an office wants to be told by mail, and who is told nothing of a pilot."""

from domain.errors import OfficeUnknown, ServiceNotAdopted
from domain.municipality import commands as c
from domain.municipality import events as e
from domain.municipality.clerk_mail import EVERYWHERE, ClerkMail, ClerkMailMode, clerk_mail_of
from domain.municipality.state import Town

Events = list[e.MunicipalityEvent]


def choose_clerk_mail(town: Town, command: c.ChooseClerkMail) -> Events:
    """It also takes back that readers of the digest ended it."""
    _require_office(town, command.office)
    wanted = ClerkMail(mode=command.mode, digest_at=command.digest_at)
    if town.clerk_mail.get(command.office or EVERYWHERE) == wanted:
        return []
    return [
        e.ClerkMailChosen(
            office=command.office,
            mode=command.mode,
            digest_at=command.digest_at,
            chosen_at=command.now,
        )
    ]


def unsubscribe_digest(town: Town, command: c.UnsubscribeDigest) -> Events:
    _require_office(town, command.office)
    if clerk_mail_of(town.clerk_mail, command.office).mode is not ClerkMailMode.DIGEST:
        return []
    return [e.DigestUnsubscribed(office=command.office, unsubscribed_at=command.now)]


def keep_pilot_quiet(town: Town, command: c.KeepPilotQuiet) -> Events:
    if command.service is not None and command.service not in town.services:
        raise ServiceNotAdopted
    quiet = tuple(sorted(set(command.quiet)))
    if town.pilot_quiet.get(command.service or EVERYWHERE) == quiet:
        return []
    return [e.PilotKeptQuiet(service=command.service, quiet=quiet, set_at=command.now)]


def _require_office(town: Town, office: str | None) -> None:
    if office is not None and office not in town.offices:
        raise OfficeUnknown(*town.offices)
