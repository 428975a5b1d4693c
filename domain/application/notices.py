"""What became of what the applicant, or the office, was to be told."""

from domain.application.commands import (
    NoticeState,
    RecordNotDelivered,
    SendNoticeAgain,
    SettleNotice,
)
from domain.application.events import (
    ApplicationEvent,
    NoticeNotDelivered,
    NoticeSentAgain,
    NoticeSettled,
    Settled,
)
from domain.application.state import Application
from domain.errors import (
    ApplicantWasErased,
    NothingToSettle,
    NothingWasSent,
    NoticeIsOnItsWay,
    NoticeWasRepeated,
)

ON_ITS_WAY = frozenset({NoticeState.QUEUED, NoticeState.SENDING, NoticeState.COLLECTED})


def record_not_delivered(
    application: Application, command: RecordNotDelivered
) -> list[ApplicationEvent]:
    """Once. What fails after the person was forgotten is nobody's to look after."""
    if application.erased or command.notification_id in application.undelivered:
        return []
    return [
        NoticeNotDelivered(
            notification_id=command.notification_id,
            municipality=application.municipality,
            template=command.template,
            channel=command.channel,
            cause=command.cause,
            detail=command.detail,
            repeats=command.repeats,
            noted_at=command.now,
        )
    ]


def send_again(application: Application, command: SendNoticeAgain) -> list[ApplicationEvent]:
    """Each attempt is repeated once at most, so that nobody is told twice by two clerks."""
    if application.erased:
        raise ApplicantWasErased
    if command.notification_id in application.repeated:
        raise NoticeWasRepeated
    if command.state in ON_ITS_WAY:
        raise NoticeIsOnItsWay
    if command.state is NoticeState.DROPPED:
        raise NothingWasSent
    return [
        NoticeSentAgain(
            notification_id=command.notification_id,
            template=command.template,
            channel=command.channel,
            asked_by=command.clerk,
            asked_at=command.now,
        )
    ]


def settle(application: Application, command: SettleNotice) -> list[ApplicationEvent]:
    if command.notification_id not in application.undelivered:
        if command.how is Settled.SENT_AGAIN:
            return []  # what was sent once more had been delivered before, for all we know
        raise NothingToSettle
    return [
        NoticeSettled(
            notification_id=command.notification_id,
            municipality=application.municipality,
            how=command.how,
            settled_by=command.by,
            settled_at=command.now,
        )
    ]
