"""Into the mailbox of the applicant's account: letters, and how the application stands."""

from collections.abc import Sequence
from uuid import UUID

import structlog

from adapters.account_mailbox.errors import MailboxRefuses, MailboxUnavailable
from adapters.account_mailbox.mailbox import AccountMailbox, AccountMessage, StateMessage
from adapters.account_mailbox.states import state_of
from adapters.bootstrap import Parts
from adapters.event_store.recorded import Recorded
from adapters.mail.letters import language_of, written
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationSubmitted
from domain.service.definition import said
from workers.notifying.notice import Notice
from workers.notifying.outcomes import (
    NOBODY_TO_TELL,
    NOTHING_TO_SAY,
    Later,
    NotTold,
    Outcome,
    RefusedForGood,
    Sent,
)
from workers.notifying.ways import NO_MAILBOX

log = structlog.get_logger()


async def deliver(parts: Parts, notice: Notice) -> Outcome:
    history = await parts.log.history(notice.application_id, version=notice.version)
    submitted: ApplicationSubmitted = history[0].event
    mailbox = mailbox_of(parts, submitted)
    language = notice.language or language_of(submitted)
    letter = written(notice.template, history, parts.catalogue, language)
    if submitted.mailbox is None or letter is None:
        return NotTold(NOTHING_TO_SAY if submitted.mailbox else NOBODY_TO_TELL)
    if mailbox is None:
        return Later(NO_MAILBOX)
    title, content = letter
    state = APPLICATION.fold(one.event for one in history)
    message = AccountMessage(
        reference=notice.notification_id,
        handle=UUID(submitted.mailbox.handle),
        sender=_sender(parts, submitted),
        service=_service(parts, submitted, language),
        title=title,
        content=content,
        trust_level=state.rules.trust_level,
        application_id=notice.application_id,
        sender_url=parts.settings.public_url,
    )
    try:
        await mailbox.send(message)
    except MailboxRefuses as refused:
        return RefusedForGood(refused.cause)
    except MailboxUnavailable as unavailable:
        return Later(unavailable.cause)
    return Sent()


async def show(parts: Parts, notice: Notice) -> Outcome:
    """How it stood then, unless it stands otherwise by now: then a later notice says so."""
    history = await parts.log.history(notice.application_id)
    submitted: ApplicationSubmitted = history[0].event
    mailbox, told = mailbox_of(parts, submitted), history[: notice.version]
    then = state_of(APPLICATION.fold(one.event for one in told))
    now = state_of(APPLICATION.fold(one.event for one in history))
    if submitted.mailbox is None or then is not now:
        return NotTold(NOTHING_TO_SAY if submitted.mailbox else NOBODY_TO_TELL)
    if mailbox is None:
        return Later(NO_MAILBOX)
    state = StateMessage(
        reference=notice.notification_id,
        application_id=notice.application_id,
        state=then,
        service=_service(parts, submitted, "de"),
        sender=_sender(parts, submitted),
        since=told[-1].recorded_at,
    )
    try:
        await mailbox.show(state)
    except MailboxUnavailable as unavailable:
        return Later(unavailable.cause)
    except MailboxRefuses as refused:
        # The letter says it as well, so nobody has to look after it.
        known = {"notification_id": str(notice.notification_id), "state": then.value}
        log.warning("state_refused", error=refused.cause, **known)
        return NotTold(refused.cause)
    return Sent()


def mailbox_of(parts: Parts, submitted: ApplicationSubmitted) -> AccountMailbox | None:
    """None where there is none, or nobody says at the moment where it is."""
    mailbox = submitted.mailbox
    return parts.mailboxes.get(mailbox.provider) if mailbox else None


def _sender(parts: Parts, submitted: ApplicationSubmitted) -> str:
    return parts.catalogue.municipality(submitted.municipality).name


def _service(parts: Parts, submitted: ApplicationSubmitted, language: str) -> str:
    definition = parts.catalogue.definition(submitted.service, submitted.rules.version)
    return said(definition.title, language)


def stands_otherwise(history: Sequence[Recorded]) -> bool:
    """Whether the last event has changed what the account shows."""
    states = [one.event for one in history]
    before, after = APPLICATION.fold(states[:-1]), APPLICATION.fold(states)
    return state_of(before) is not state_of(after)
