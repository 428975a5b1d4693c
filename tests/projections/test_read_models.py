"""What a citizen, a statistician, the treasury and the payment poller are shown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from adapters.personal_data.people import subject_digest
from domain.application.events import ApplicationEvent, Channel
from domain.application.state import Status
from domain.first_use.events import Occasion, PortalFirstUsed
from domain.payment import events as p
from domain.referral.events import ApplicantReferred
from domain.working_days import legal_day
from projections.applications_counted import APPLICATIONS_COUNTED
from projections.first_users_counted import FIRST_USERS_COUNTED
from projections.my_applications import MY_APPLICATIONS
from projections.open_payments import OPEN_PAYMENTS
from projections.projection import Projection
from projections.referrals_counted import REFERRALS_COUNTED
from projections.treasury import TREASURY
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import (
    GELSENKIRCHEN,
    LATER,
    NOW,
    OTHER_PAYMENT,
    PAYMENT,
)
from tests.keys import KEYS
from tests.projections.log import Log
from tests.projections.reopening import ONE, OTHER, reopened, reopened_incomplete

opened = p.PaymentOpened(
    application_id=ONE,
    municipality=GELSENKIRCHEN,
    transaction_id="t-1",
    redirect_url="https://pay.example/t-1",
    opened_at=NOW,
)
first_used = PortalFirstUsed(
    municipality=GELSENKIRCHEN,
    occasion=Occasion.SIGN_IN,
    pilot=False,
    used_at=NOW,
    legal_day=date(2021, 6, 16),
)
referred = ApplicantReferred(
    municipality=GELSENKIRCHEN,
    service="criminal-record-certificate",
    service_version=1,
    link="https://www.example.org/apply",
    pilot=False,
    source_portal="portal",
    referred_at=NOW,
    legal_day=date(2021, 6, 16),
)
requested = p.PaymentRequested(
    application_id=ONE,
    municipality=GELSENKIRCHEN,
    cents=2000,
    currency="EUR",
    purpose="library-card",
    requested_at=NOW,
)
succeeded = p.PaymentSucceeded(
    application_id=ONE,
    municipality=GELSENKIRCHEN,
    cents=2000,
    currency="EUR",
    method="PAYPAL",
    reference="K-1",
    paid_at=NOW,
)
IN_VAIN = [
    p.PaymentCancelled(application_id=ONE, cancelled_at=NOW),
    p.PaymentFailed(application_id=ONE, reason="declined", failed_at=NOW),
]


async def status_for_citizen(log: Log, *events: ApplicationEvent) -> str:
    await log.record(ONE, *events)
    (row,) = await log.shown(MY_APPLICATIONS)
    return str(row["status"])


async def test_a_citizen_sees_where_their_application_stands(log: Log) -> None:
    for number, history in enumerate(past.BY_STATUS.values()):
        await log.record(UUID(int=number), *history)
    shown = [row["status"] for row in await log.shown(MY_APPLICATIONS)]
    assert shown == [status for status in past.BY_STATUS if status != "not-submitted"]


async def test_a_citizen_sees_that_a_correction_is_asked_for_and_that_it_is_answered(
    log: Log,
) -> None:
    assert await status_for_citizen(log, *past.in_correction) == "correction-requested"
    assert await status_for_citizen(log, past.answered) == "received"


async def test_a_citizen_sees_a_reopened_application_in_work_again(log: Log) -> None:
    rejected = past.ENDED_AS[Status.REJECTED]
    assert await status_for_citizen(log, *rejected, reopened) == "received"


async def test_a_citizen_sees_one_reopened_before_it_was_complete_as_submitted(log: Log) -> None:
    history = (*past.unpaid, h.withdrawn, reopened_incomplete)
    assert await status_for_citizen(log, *history) == "submitted"


async def test_an_application_is_found_by_its_account_and_one_from_a_counter_by_itself(
    log: Log,
) -> None:
    await log.record(ONE, *past.unpaid)
    await log.record(OTHER, replace(h.submitted(asked.submit), account=None))
    for subject, stream in (("pseudonym-1", ONE), (str(OTHER), OTHER)):
        found = "SELECT stream_id FROM data_keys WHERE subject = %s"
        rows = await log.ask(found, subject_digest(KEYS, subject))
        assert [row["stream_id"] for row in rows] == [stream]


async def test_a_citizen_sees_when_it_last_changed(log: Log) -> None:
    await log.record(ONE, *past.in_correction, past.answered)
    (row,) = await log.shown(MY_APPLICATIONS)
    assert (row["submitted_at"], row["received_at"], row["changed_at"]) == (NOW, NOW, LATER)


async def days(log: Log, projection: Projection) -> list[dict[str, Any]]:
    return [row for row in await log.shown(projection) if row["span"] == "day"]


async def test_what_is_counted_by_day_is_counted_by_month_as_well(log: Log) -> None:
    submitted = h.submitted(asked.submit)
    july = replace(submitted, legal_day=date(2021, 7, 1))
    for stream, event in enumerate([submitted, submitted, july], 1):
        await log.record(UUID(int=stream), event)
    rows = await log.shown(APPLICATIONS_COUNTED)
    assert [(str(r["legal_day"]), r["counted"]) for r in rows if r["span"] == "month"] == [
        ("2021-06-01", 2),
        ("2021-07-01", 1),
    ]


async def test_applications_are_counted_by_day_city_service_and_channel(log: Log) -> None:
    submitted = h.submitted(asked.submit)
    by_post = replace(submitted, channel=Channel.POST, legal_day=date(2021, 6, 17))
    for stream, event in enumerate([submitted, submitted, by_post], 1):
        await log.record(UUID(int=stream), event)
    rows = await days(log, APPLICATIONS_COUNTED)
    assert [(str(r["legal_day"]), r["channel"], r["counted"]) for r in rows] == [
        ("2021-06-16", "online", 2),
        ("2021-06-17", "post", 1),
    ]


async def test_a_count_says_on_which_day_it_was_recorded(log: Log) -> None:
    await log.record(ONE, h.submitted(asked.submit))
    (row,) = await days(log, APPLICATIONS_COUNTED)
    assert row["legal_day"] == date(2021, 6, 16)
    assert row["recorded_day"] == legal_day(datetime.now(UTC))


async def test_first_time_users_are_counted_by_day_and_city(log: Log) -> None:
    live, pilot = (replace(first_used, pilot=pilot) for pilot in (False, True))
    for stream, event in enumerate([live, live, pilot], 1):
        await log.record(UUID(int=stream), event)
    rows = await days(log, FIRST_USERS_COUNTED)
    assert sorted((row["pilot"], row["counted"]) for row in rows) == [(False, 2), (True, 1)]
    assert {(row["municipality"], str(row["legal_day"])) for row in rows} == {
        (GELSENKIRCHEN, "2021-06-16")
    }


async def test_everybody_who_is_sent_elsewhere_is_counted_per_day(log: Log) -> None:
    live, pilot = (replace(referred, pilot=pilot) for pilot in (False, True))
    for stream, event in enumerate([live, live, pilot], 1):
        await log.record(UUID(int=stream), event)
    rows = await days(log, REFERRALS_COUNTED)
    assert sorted((row["pilot"], row["counted"]) for row in rows) == [(False, 2), (True, 1)]
    assert {(row["service"], row["legal_day"]) for row in rows} == {
        (referred.service, referred.legal_day)
    }


async def test_pilots_are_counted_apart(log: Log) -> None:
    await log.record(ONE, *past.unpaid)
    await log.record(OTHER, replace(h.submitted(asked.submit), pilot=True))
    rows = await days(log, APPLICATIONS_COUNTED)
    assert sorted((row["pilot"], row["counted"]) for row in rows) == [(False, 1), (True, 1)]


async def test_a_count_survives_whatever_becomes_of_the_application(log: Log) -> None:
    for number, history in enumerate(past.ENDED_AS.values()):
        await log.record(UUID(int=number), *history, reopened)
    counts = [row["counted"] for row in await days(log, APPLICATIONS_COUNTED)]
    assert sum(counts) == len(past.ENDED_AS)


async def test_the_treasury_sees_a_refund_that_is_due(log: Log) -> None:
    await log.record(ONE, *past.ENDED_AS[Status.REJECTED])
    (row,) = await log.shown(TREASURY)
    assert (row["kind"], row["cents"], row["reason"]) == ("refund", 2000, "rejected")
    assert (row["payment_id"], row["open"], row["since"]) == (PAYMENT, True, NOW)


async def test_a_refund_is_not_due_any_more_after_a_reopening(log: Log) -> None:
    rejected = past.ENDED_AS[Status.REJECTED]
    await log.record(ONE, *rejected, reopened, past.refund_cancelled)
    assert [row["open"] for row in await log.shown(TREASURY)] == [False]


async def test_a_refund_that_falls_due_again_shows_the_new_reason(log: Log) -> None:
    rejected = (*past.ENDED_AS[Status.REJECTED], reopened, past.refund_cancelled)
    await log.record(ONE, *rejected, h.withdrawn, h.refund_due("withdrawn"))
    (row,) = await log.shown(TREASURY)
    assert (row["open"], row["reason"]) == (True, "withdrawn")


@pytest.mark.parametrize("gone", [h.refund_done, h.charged_back])
async def test_a_fee_that_went_while_it_was_rejected_is_owed_once_reopened(
    log: Log, gone: Callable[..., ApplicationEvent]
) -> None:
    async def owed() -> list[bool]:
        return [row["open"] for row in await log.shown(TREASURY) if row["kind"] == "fee-owed"]

    await log.record(ONE, *past.ENDED_AS[Status.REJECTED], gone(owed_again=False))
    assert await owed() == [False]
    await log.record(ONE, reopened)
    assert await owed() == [True]
    await log.record(ONE, h.withdrawn)
    assert await owed() == [False]
    await log.record(ONE, reopened, replace(h.paid(), payment_id=OTHER_PAYMENT))
    assert await owed() == []


async def test_the_treasury_sees_money_that_fits_no_fee(log: Log) -> None:
    again = replace(asked.pay(), payment_id=OTHER_PAYMENT)
    await log.record(ONE, *past.handed_over, h.unmatched(again, "paid-before"))
    (row,) = await log.shown(TREASURY)
    assert (row["kind"], row["payment_id"], row["cents"]) == ("unmatched", OTHER_PAYMENT, 2000)
    assert (row["reason"], row["reference"], row["open"]) == ("paid-before", "K-1", True)


async def test_a_payment_is_open_from_the_platform_s_answer_on(log: Log) -> None:
    await log.record(PAYMENT, requested)
    assert await log.shown(OPEN_PAYMENTS) == []
    await log.record(PAYMENT, opened)
    (row,) = await log.shown(OPEN_PAYMENTS)
    assert (row["payment_id"], row["application_id"]) == (PAYMENT, ONE)
    assert (row["transaction_id"], row["opened_at"]) == ("t-1", NOW)


async def test_a_payment_that_succeeded_is_not_asked_for(log: Log) -> None:
    await log.record(PAYMENT, requested, opened, succeeded)
    assert await log.shown(OPEN_PAYMENTS) == []


@pytest.mark.parametrize("outcome", IN_VAIN, ids=lambda event: type(event).__name__)
async def test_money_may_still_come_late_for_a_payment_in_vain(
    log: Log, outcome: p.PaymentEvent
) -> None:
    await log.record(PAYMENT, requested, opened, outcome)
    assert len(await log.shown(OPEN_PAYMENTS)) == 1
    await log.record(PAYMENT, succeeded)
    assert await log.shown(OPEN_PAYMENTS) == []


async def test_nothing_of_it_is_parked(log: Log) -> None:
    for number, history in enumerate(past.ENDED_AS.values()):
        await log.record(UUID(int=1000 + number), *history, reopened)
    await log.project_all()
    assert await log.parked() == []
