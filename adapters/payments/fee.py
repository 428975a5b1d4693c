"""What is to be paid through a platform."""

from dataclasses import dataclass
from uuid import UUID

from domain.rules import FeeItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What is due now, `service` and `items` in the payer's words. `money_seen`: payments the
    application knows of; they did not settle it. `back`: what the address of return has at its end.
    """

    application_id: UUID
    municipality: str
    service: str
    cents: int
    items: tuple[FeeItem, ...] = ()
    money_seen: frozenset[UUID] = frozenset()
    back: str = ""
