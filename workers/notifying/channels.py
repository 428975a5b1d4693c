"""The ways by which people are told; a row of the queue names its own."""

from collections.abc import Mapping
from typing import Protocol

from adapters.bootstrap import Parts
from workers.notifying import by_account, by_mail
from workers.notifying.notice import ACCOUNT, ACCOUNT_STATE, EMAIL, OFFICE, Notice
from workers.notifying.outcomes import Outcome


class Deliver(Protocol):
    """Twice may be asked for what is once: the notice's id is to tell one from the other.

    Whatever it raises means later, and is noted by its kind alone.
    """

    async def __call__(self, parts: Parts, notice: Notice) -> Outcome: ...


CHANNELS: Mapping[str, Deliver] = {
    EMAIL: by_mail.deliver,
    OFFICE: by_mail.deliver,
    ACCOUNT: by_account.deliver,
    ACCOUNT_STATE: by_account.show,
}
