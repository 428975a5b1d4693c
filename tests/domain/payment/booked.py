"""What a ledger may have to book, each entry named once."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.payment import events as e

NOW = datetime(2021, 6, 16, 10, tzinfo=UTC)
APPLICATION, OTHER_APPLICATION = UUID(int=7), UUID(int=8)
_OF: dict[str, Any] = {"application_id": APPLICATION, "municipality": "05513000", "cents": 2000}

taken = e.PaymentTakenAtCounter(**_OF, currency="EUR", method="cash", reference="B-17", paid_at=NOW)
refund_due = e.PaymentRefundDue(**_OF, reason="rejected", due_since=NOW)
refund_cancelled = e.PaymentRefundCancelled(
    application_id=APPLICATION, cents=2000, cancelled_at=NOW
)
refunded = e.PaymentRefunded(**_OF, reference="KA-1", refunded_at=NOW)
charged_back = e.PaymentChargedBack(**_OF, reference="RL-1", charged_back_at=NOW)
reassigned = e.PaymentReassigned(
    application_id=OTHER_APPLICATION, from_application=APPLICATION, reassigned_at=NOW
)
corrected = e.PaymentCorrected(**_OF, ground="booked-by-mistake", corrected_at=NOW)
gone_twice = e.PaymentGoneTwice(**_OF, how="charged-back", reference="RL-1", gone_at=NOW)
claim_settled = e.PaymentClaimSettled(
    application_id=APPLICATION,
    municipality="05513000",
    ground="chargeback-reversed",
    settled_at=NOW,
)

booked = (
    taken,
    refund_due,
    refund_cancelled,
    refunded,
    charged_back,
    reassigned,
    corrected,
    gone_twice,
    claim_settled,
)
