"""Records in the log what became of a notice: that it was not delivered, or was seen to.

The command's id is derived from the notice's and from why, so each is recorded once, whoever dies
in between; one that was refused, went through after all and then came back is lost a second time.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog

from adapters.bootstrap import Parts
from adapters.event_store.office import Order
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import derived_id
from adapters.runner_names import MAIL_SENDER
from domain.application.commands import RecordNotDelivered, SettleNotice
from domain.application.decisions import APPLICATION
from domain.application.events import NotDelivered, Settled
from workers.notifying.notice import Notice
from workers.passing import will_pass

log = structlog.get_logger()


def known(notice: Notice) -> Mapping[str, str]:
    """What the log may say of it."""
    return {
        "notification_id": str(notice.notification_id),
        "application_id": str(notice.application_id),
        "municipality": notice.municipality,
        "office": notice.office,
        "channel": notice.channel,
        "template": notice.template,
    }


async def not_delivered(parts: Parts, notice: Notice, cause: NotDelivered, detail: str) -> bool:
    """Return whether somebody has to look after it; nobody has, once the person was erased."""
    command = RecordNotDelivered(
        notification_id=notice.notification_id,
        template=notice.template,
        channel=notice.channel,
        cause=cause,
        detail=detail,
        repeats=notice.repeats,
        now=datetime.now(UTC),
    )
    state = await _carry_out(parts, notice, command, cause, detail)
    return state is None or notice.notification_id in state.undelivered


async def seen_to(parts: Parts, notice: Notice) -> None:
    """It went through: neither it, were it noted as lost, nor what it repeats needs any care.

    That a row was never tried before says nothing: a crash takes back what it had noted.
    """
    state = APPLICATION.fold(await parts.log.events(notice.application_id))
    for one in state.undelivered & {notice.notification_id, notice.repeats}:
        command = SettleNotice(
            notification_id=one, how=Settled.SENT_AGAIN, by=MAIL_SENDER, now=datetime.now(UTC)
        )
        await _carry_out(parts, notice, command, notice.notification_id)


async def _carry_out(parts: Parts, notice: Notice, command: Any, *why: object) -> Any:
    """Return the state after it; None where its rules refuse it, which must hold up no other."""
    command_id = derived_id(MAIL_SENDER, type(command).__name__, command.notification_id, *why)
    actor = ActorStamp(MAIL_SENDER, "system", notice.municipality or None)
    metadata = Metadata(command_id, actor, command_id.hex)
    order = Order(notice.application_id, command, metadata)
    try:
        return (await parts.office.carry_out(APPLICATION, order)).state
    except Exception as error:
        if will_pass(error):
            raise
        log.error("notice_not_recorded", error=type(error).__name__, **known(notice))  # noqa: TRY400 -- a trace may hold what is personal
        return None
