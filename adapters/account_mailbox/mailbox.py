"""The mailbox of a citizen's account (Nutzerkonto-Postfach) as the house speaks of it: the port."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.rules import TrustLevel


class ApplicationState(StrEnum):
    """What an account shows of an application (Statusmonitor), in the words of the mailbox."""

    INITIATED = "INITIATED"
    SUBMITTED = "SUBMITTED"
    RECEIVED = "RECEIVED"
    PROCESSING = "PROCESSING"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    COMPLETED = "COMPLETED"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMessage:
    """A letter. `reference` tells one from the other: sent twice under it, it is one message.

    `trust_level`: how strongly somebody must have signed in to read it.
    """

    reference: UUID
    handle: UUID
    sender: str
    service: str
    title: str
    content: str
    trust_level: TrustLevel
    application_id: UUID
    sender_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateMessage:
    """How an application stands since `since`; of several the latest counts, in whatever order."""

    reference: UUID
    application_id: UUID
    state: ApplicationState
    service: str
    sender: str
    since: datetime


class Delivery(StrEnum):
    """As FIT-Connect says it of a submission: on its way, in the account, or turned away."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class AccountMailbox(Protocol):
    """Each may be asked twice for what is once. Raise MailboxUnavailable or MailboxRefuses."""

    async def send(self, message: AccountMessage) -> None: ...

    async def show(self, state: StateMessage) -> None: ...

    async def delivery_of(self, reference: UUID) -> Delivery: ...
