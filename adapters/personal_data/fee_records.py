"""What is kept of a fee when its payer is erased, where the law wants the payer named."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from adapters.ids import derived_id
from domain.application import events as e
from domain.fee_record.events import Payer
from domain.fee_record.record import KeepFeeRecord
from domain.working_days import legal_day


def fee_record_id(application_id: UUID) -> UUID:
    return derived_id(application_id, "fee-record")


def fee_record_of(
    stream_id: UUID, history: Sequence[e.ApplicationEvent], now: datetime
) -> KeepFeeRecord | None:
    """Return what the law wants kept of a fee that was paid, if it wants the payer's name."""
    submitted, paid = history[0], _paid(history)
    if not isinstance(submitted, e.ApplicationSubmitted) or submitted.applicant is None:
        return None
    retention = submitted.rules.retention
    if paid is None or not retention.names_payer:
        return None
    return KeepFeeRecord(
        application_id=stream_id,
        municipality=submitted.municipality,
        service=submitted.service,
        cents=paid.cents,
        payer=Payer(
            given_name=submitted.applicant.given_name, family_name=submitted.applicant.family_name
        ),
        account=submitted.account,
        keep_until=retention.keep_until(legal_day(paid.paid_at)),
        now=now,
        paid_in=legal_day(paid.paid_at).year,
        years_after_accounts=retention.years_after_accounts,
    )


def names_payer(history: Sequence[e.ApplicationEvent]) -> bool:
    """Return whether the law wants the payer named; known without what is personal."""
    submitted = history[0]
    wanted = isinstance(submitted, e.ApplicationSubmitted) and submitted.rules.retention.names_payer
    return wanted and _paid(history) is not None


def _paid(history: Sequence[e.ApplicationEvent]) -> e.ApplicationPaid | None:
    return next((event for event in history if isinstance(event, e.ApplicationPaid)), None)
