"""A payment whose platform says that it was paid, and not readably how much."""

from datetime import UTC, datetime
from uuid import UUID

from anyio.from_thread import BlockingPortal

from domain.payment.events import PaymentUnclear
from tests.api.library_card import Case
from tests.api.visitors import GELSENKIRCHEN
from tests.projections.log import Log


def become_unclear(portal: BlockingPortal, case: Case, payment_id: str) -> None:
    unclear = PaymentUnclear(
        application_id=UUID(case.id),
        municipality=GELSENKIRCHEN,
        cents=2000,
        currency="EUR",
        reference="K-1",
        noticed_at=datetime.now(UTC),
    )
    portal.call(Log(case.house.database).record, UUID(payment_id), unclear)
