"""By e-mail, to an applicant or to the mailbox of an office."""

from dataclasses import replace
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import UUID

from adapters.bootstrap import Parts
from adapters.mail.letters import compose
from adapters.mail.notices import is_told
from adapters.mail.smtp import MailRefused, MailServerUnavailable, MailUnanswered, SmtpSender
from domain.application.decisions import APPLICATION
from workers.notifying.notice import Notice
from workers.notifying.outcomes import (
    NOBODY_TO_TELL,
    NOTHING_TO_SAY,
    Later,
    NotTold,
    Outcome,
    RefusedForGood,
    Sent,
    Unanswered,
)

HandedOver = Sent | RefusedForGood | Later | Unanswered


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
    if message is None:
        then = APPLICATION.fold(recorded.event for recorded in history[: notice.version])
        told = is_told(notice.template, then)
        return NotTold(NOBODY_TO_TELL if told else NOTHING_TO_SAY)
    if notice.repeats is not None:
        # As old as the wish to send it again, not as what it tells of.
        message.replace_header("Date", format_datetime(notice.queued_at))
    return await hand_over(parts, notice.notification_id, message)


async def hand_over(parts: Parts, notification_id: UUID, message: EmailMessage) -> HandedOver:
    try:
        await _sender(parts, notification_id, str(message["From"])).send(message)
    except MailRefused as refused:
        return RefusedForGood(refused.cause)
    except MailServerUnavailable as unavailable:
        return Later(unavailable.cause)
    except MailUnanswered:
        return Unanswered()
    return Sent()


def _sender(parts: Parts, notification_id: UUID, sender: str) -> SmtpSender:
    paths = parts.return_paths
    return_path = paths.of(notification_id) if paths else ""
    return replace(parts.mail, sender=sender, return_path=return_path)
