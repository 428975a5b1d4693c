"""What workers may do wrong, so that the checks of a storm have something to find."""

from typing import Any
from uuid import UUID, uuid4

from adapters.bootstrap import Parts
from adapters.event_store.recorded import Recorded
from adapters.hand_over.calling import Call
from adapters.read_models import inbox
from domain.payment.events import PaymentSucceeded
from workers import deadlines, payments
from workers.react import Connection

CARELESS = "careless"


def be_careless() -> None:
    """Forget what was handled, hand over under new ids, lose payments, and overlook days."""
    inbox.take = taking_all_for_new(inbox.take)
    Call.hand_over = under_a_new_id(Call.hand_over)
    payments.PROCESS.on[PaymentSucceeded] = some_only(payments.tell_application)
    deadlines.let_pass = for_some_only(deadlines.let_pass)


def taking_all_for_new(take: Any) -> Any:
    async def careless(connection: Connection, consumer: str, row: Any) -> bool:
        await take(connection, consumer, row)
        return True

    return careless


def under_a_new_id(hand_over: Any) -> Any:
    async def careless(call: Call, _: str, body: bytes) -> Any:
        return await hand_over(call, str(uuid4()), body)

    return careless


def some_only(tell: Any) -> Any:
    async def careless(parts: Parts, connection: Connection, recorded: Recorded) -> None:
        if _is_lucky(recorded.event.application_id):
            await tell(parts, connection, recorded)

    return careless


def for_some_only(let_pass: Any) -> Any:
    async def careless(parts: Parts, application_id: UUID, *how: Any) -> bool:
        return _is_lucky(application_id) and bool(await let_pass(parts, application_id, *how))

    return careless


def _is_lucky(application_id: UUID) -> bool:
    """Not by its last bit, which says who pays."""
    return bool(application_id.int // 2 % 2)
