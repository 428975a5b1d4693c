"""Lives of an application up to a point; `ENDED_AS` and `BY_STATUS` hold one for each status."""

from collections.abc import Mapping

from domain.application.events import (
    ApplicationEvent,
    CorrectionAnswered,
    CorrectionCancelled,
    RefundCancelled,
)
from domain.application.state import ENDED, Status
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application.facts import (
    CERTIFICATE,
    CLERK,
    CORRECTION,
    DERIVATION_LATER,
    DUE_LATER,
    LATER,
    PARKING,
    PAYMENT,
    REDUCED,
)

History = tuple[ApplicationEvent, ...]

answered = CorrectionAnswered(
    correction_id=CORRECTION,
    message="Ahstr. 1",
    changes={},
    answered_at=LATER,
    due_on=DUE_LATER,
    derivation=DERIVATION_LATER,
)
correction_cancelled = CorrectionCancelled(
    correction_id=CORRECTION,
    cancelled_by=CLERK,
    cancelled_at=LATER,
    due_on=DUE_LATER,
    derivation=DERIVATION_LATER,
)
refund_cancelled = RefundCancelled(payment_id=PAYMENT, cents=2000, cancelled_at=LATER)

unpaid = (h.submitted(asked.submit),)
proof_missing = (h.submitted(asked.submit_reduced), h.paid(REDUCED))
proof_in_quarantine = (*proof_missing, h.uploaded)
proof_clean_unpaid = (h.submitted(asked.submit_reduced), h.uploaded, h.found_clean)
handed_over = (*unpaid, h.paid(), h.received)
in_hands = (*handed_over, h.claimed)
in_correction = (*in_hands, h.correction_requested)
to_be_collected = (*in_hands, h.approved)
ready = (*to_be_collected, h.ready)

minor_in_hands = (h.submitted(asked.submit_minor), h.received, h.claimed)
online_only_in_hands = (
    h.submitted(asked.submit_online_only),
    h.paid(),
    h.received,
    h.claimed,
)
reduced_in_hands = (*proof_in_quarantine, h.found_clean, h.received, h.claimed)
reduced_in_correction = (*reduced_in_hands, h.correction_requested)
parking_in_hands = (h.submitted(asked.submit_parking), h.received, h.claimed)
parking_approved = (*parking_in_hands, h.approved)
parking_by_mail_approved = (
    h.submitted(asked.submit_parking_by_mail),
    h.received,
    h.claimed,
    h.approved,
)
parking_by_mail_paid = (*parking_by_mail_approved, h.paid(PARKING))
certificate_approved = (
    h.submitted(asked.submit_certificate),
    h.paid(CERTIFICATE),
    h.received,
    h.claimed,
    h.approved,
)
meter_reading = (h.submitted(asked.submit_meter_reading), h.received, h.acknowledged)

ENDED_AS: Mapping[Status, History] = {
    Status.PICKED_UP: (*ready, h.picked_up),
    Status.ISSUED_ONLINE: (*online_only_in_hands, h.approved, h.issued_online),
    Status.DISPATCHED: (*certificate_approved, h.dispatched),
    Status.ACKNOWLEDGED: meter_reading,
    Status.REJECTED: (*in_hands, h.rejected, h.refund_due("rejected")),
    Status.WITHDRAWN: (*handed_over, h.withdrawn, h.refund_due("withdrawn")),
    Status.FORWARDED: (*in_hands, h.forwarded, h.refund_due("forwarded")),
    Status.EXPIRED: (*in_correction, h.expired, h.refund_due("expired")),
}
assert set(ENDED_AS) == ENDED

BY_STATUS: Mapping[Status, History] = {
    Status.NOT_SUBMITTED: (),
    Status.SUBMITTED: unpaid,
    Status.RECEIVED: in_hands,
    Status.APPROVED: to_be_collected,
    Status.READY_FOR_PICKUP: ready,
    **ENDED_AS,
}
assert set(BY_STATUS) == set(Status)
