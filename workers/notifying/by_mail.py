"""By e-mail, to an applicant or to the mailbox of an office."""

import asyncio
from dataclasses import replace
from email.message import EmailMessage

from adapters.bootstrap import Parts
from adapters.mail.letters import compose
from adapters.mail.smtp import MailRefused, MailServerUnavailable
from domain.application.decisions import APPLICATION
from workers.notifying.notice import Notice
from workers.notifying.outcomes import Later, NobodyToTell, Outcome, RefusedForGood, Sent

SEND_SECONDS = 25


async def deliver(parts: Parts, notice: Notice) -> Outcome:
    """The letter says what it had to say then; it goes to where the applicant is reached now."""
    history = await parts.log.history(notice.application_id)
    now = APPLICATION.fold(recorded.event for recorded in history)
    message = compose(
        notice.notification_id,
        notice.template,
        history[: notice.version],
        parts.catalogue,
        notice.language,
        now.email,
    )
    return NobodyToTell() if message is None else await hand_over(parts, message)


async def hand_over(parts: Parts, message: EmailMessage) -> Outcome:
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await replace(parts.mail, sender=str(message["From"])).send(message)
    except MailRefused as refused:
        return RefusedForGood(refused.cause)
    except MailServerUnavailable as unavailable:
        return Later(unavailable.cause)
    except TimeoutError:
        return Later("it takes too long")
    return Sent()
