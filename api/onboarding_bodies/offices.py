"""Of its offices and branches, and who is told of what comes in."""

from datetime import datetime
from typing import Annotated

from pydantic import Strict

from adapters.catalogue.digest_time import DigestTime
from api.bodies import Email, Key, Name
from api.onboarding_bodies.command_body import CommandBody
from domain.municipality import commands as c
from domain.municipality.clerk_mail import USUAL, Audience, ClerkMailMode
from domain.municipality.municipality import Branch


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
    digest_at: DigestTime = USUAL.digest_at
    office: Name | None = None

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
