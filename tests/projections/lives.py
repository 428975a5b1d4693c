"""Generated lives: what the rules let happen to a few applications and payments, mixed up."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain.application import events as e
from domain.application.decisions import APPLICATION
from domain.decider import Decider
from domain.errors import Refused
from domain.fee_record.events import Payer
from domain.fee_record.record import FEE_RECORD, EraseFeeRecord, KeepFeeRecord
from domain.first_use.events import Occasion
from domain.first_use.first_use import FIRST_USE, RecordFirstUse
from domain.payment import commands as p
from domain.payment.decisions import PAYMENT as PAYMENTS
from domain.payment.state import Account
from domain.referral.referral import REFERRAL, CountReferral
from domain.rules import Expiry, Retention
from domain.staff.events import StaffRole
from domain.staff.register import STAFF, GrantRole, RevokeRole
from domain.working_days import WorkingCalendar
from tests.domain.application import asked
from tests.domain.application.facts import (
    EXPIRING,
    EXPIRING_PARKING,
    GELSENKIRCHEN,
    NOTICE,
    NOW,
    OTHER_NOTICE,
    OTHER_PAYMENT,
    PARKING,
    PAYMENT,
    REDUCED,
)
from tests.domain.payment.booked import booked, taken
from tests.projections.log import Happened

APPLICATIONS = tuple(UUID(int=101 + n) for n in range(3))
ATTEMPTS = (PAYMENT, OTHER_PAYMENT)
FOUND = (UUID(int=401),)
ACCOUNTS = tuple(UUID(int=201 + n) for n in range(2))
REFERRED = tuple(UUID(int=301 + n) for n in range(3))
Command = Any

OTHER_CALENDAR = WorkingCalendar({date(2021, 6, 17): "Betriebsausflug"})
SHORT = Retention(proof_days=0, unsuccessful_months=1, successful_months=2)
HASTY = Expiry(unpaid_days=1, unanswered_days=1, pickup_days=1)

SUBMISSIONS: tuple[Command, ...] = (
    replace(asked.submit, rules=replace(EXPIRING, expiry=HASTY, retention=SHORT)),
    replace(asked.submit_parking, rules=replace(EXPIRING_PARKING, expiry=HASTY)),
    replace(asked.submit, source_digest="5d41402abc4b2a76b9719d911017c592"),
    asked.submit_online_only,
    asked.submit_reduced,
    replace(asked.submit_minor, channel=e.Channel.COUNTER, account=None),
    asked.submit_parking,
    asked.submit_parking_by_mail,
    asked.submit_certificate,
    replace(asked.submit_meter_reading, pilot=True),
)
REQUESTS: tuple[Command, ...] = (
    asked.upload,
    asked.find_clean,
    asked.find_refused,
    asked.pay(),
    asked.pay(REDUCED),
    asked.pay(PARKING),
    replace(asked.pay(), payment_id=OTHER_PAYMENT),
    asked.refunded,
    asked.charged_back,
    replace(asked.charged_back, payment_id=OTHER_PAYMENT),
    asked.assign,
    asked.assign_here,
    asked.correct_money,
    asked.claim,
    asked.release,
    asked.request_correction,
    asked.answer(),
    asked.cancel_correction(),
    asked.approve,
    asked.reject,
    asked.withdraw,
    asked.forward,
    asked.pass_on,
    asked.expire,
    asked.extend,
    asked.let_pass,
    replace(asked.let_pass, calendar=OTHER_CALENDAR),
    asked.reopen(),
    asked.mark_ready,
    asked.hand_out,
    asked.dispatch,
    asked.destroy_proofs,
    asked.hand_over,
    asked.note_not_delivered,
    replace(asked.note_not_delivered, notification_id=OTHER_NOTICE, repeats=NOTICE),
    asked.send_again,
    asked.settle_notice,
    asked.correct_email,
)
TO_PAY: tuple[Command, ...] = (
    p.RequestPayment(
        application_id=APPLICATIONS[0],
        municipality=GELSENKIRCHEN,
        cents=2000,
        purpose="library-card",
        now=NOW,
    ),
    p.OpenPayment(transaction_id="t-1", redirect_url="https://pay.example/t-1", now=NOW),
    p.RecordUnclear(now=NOW),
    p.RecordSuccess(cents=2000, method="PAYPAL", reference="K-1", paid_at=NOW, now=NOW),
    p.RecordCancellation(now=NOW),
    p.RecordFailure(reason="declined", now=NOW),
    p.ExpirePayment(now=NOW),
    p.GiveUp(unanswered=True, now=NOW),
    p.GiveUp(unanswered=False, now=NOW),
    p.Clarify(money=None, now=NOW),
    *(p.Book(entry=entry, now=NOW) for entry in booked),
)
TO_FIND: tuple[Command, ...] = (
    p.FindMoney(
        municipality=GELSENKIRCHEN,
        cents=2000,
        currency="EUR",
        reference="K-1",
        why="twice-there",
        paid_at=NOW,
        beside=APPLICATIONS[0],
        now=NOW,
    ),
    p.AssignFound(to=APPLICATIONS[1], clerk="clerk-anna", now=NOW),
    p.RecordFoundGone(how=Account.REFUNDED, reference="KA-1", clerk="clerk-anna", now=NOW),
    p.DismissFound(ground=p.DismissalGround.NOT_OURS, clerk="clerk-anna", now=NOW),
    p.CorrectFound(ground=p.FoundCorrection.BOOKED_BY_MISTAKE, clerk="clerk-anna", now=NOW),
)
USES: tuple[Command, ...] = tuple(
    RecordFirstUse(municipality=GELSENKIRCHEN, occasion=Occasion.SIGN_IN, pilot=pilot, now=NOW)
    for pilot in (True, False)
)
REFERRALS: tuple[Command, ...] = tuple(
    CountReferral(
        municipality=GELSENKIRCHEN,
        service="criminal-record-certificate",
        service_version=1,
        link="https://www.example.org/apply",
        source_portal="portal",
        pilot=pilot,
        now=NOW,
    )
    for pilot in (True, False)
)
BEGINNINGS = (TO_PAY[0], p.Book(entry=taken, now=NOW))
RECORDS = (UUID(int=501), UUID(int=502))
TO_KEEP: tuple[Command, ...] = (
    KeepFeeRecord(
        application_id=APPLICATIONS[0],
        municipality=GELSENKIRCHEN,
        service="library-card",
        cents=2000,
        payer=Payer(given_name="Eva", family_name="Muster"),
        account=None,
        keep_until=date(2021, 12, 31),
        now=NOW,
        paid_in=2021,
    ),
    EraseFeeRecord(by="retention", today=date(2022, 1, 1), now=NOW),
)
EMPLOYEES = tuple(UUID(int=211 + n) for n in range(2))
ROLES: tuple[Command, ...] = (
    *(
        GrantRole(
            subject="clerk-9",
            role=role,
            municipality=town,
            branch="erle",
            by="operator-1",
            now=NOW,
            for_all=True,
        )
        for role, town in (
            (StaffRole.CLERK, GELSENKIRCHEN),
            (StaffRole.CLERK, "05562014"),
            (StaffRole.ANALYST, None),
        )
    ),
    *(
        RevokeRole(subject="clerk-9", municipality=town, reason="left", by="operator-1", now=NOW)
        for town in (GELSENKIRCHEN, "05562014", None)
    ),
)
# Most lives would end early, or see little but money that fits no fee.
RARE = frozenset(
    {
        e.UnmatchedMoneyReceived,
        e.ApplicationReleased,
        e.ApplicationWithdrawn,
        e.ApplicationExpired,
        e.DeadlineExtended,
        e.ApplicationRejected,
        e.ApplicationForwarded,
        e.ApplicationPassedToOffice,
    }
)


EVERYTHING = (*APPLICATIONS, *ATTEMPTS, *FOUND, *ACCOUNTS, *REFERRED, *EMPLOYEES, *RECORDS)


@st.composite
def lives(draw: st.DrawFn, least: int = 4, most: int = 40) -> Happened:
    """Return events with their streams, in the order of the log; versions follow from it."""
    past: dict[UUID, list[Any]] = {stream: [] for stream in EVERYTHING}
    log: list[tuple[UUID, Any]] = []
    for hour in range(draw(st.integers(least, most))):
        stream = draw(st.sampled_from([*APPLICATIONS * 3, *EVERYTHING]))
        possible = _possible(stream, past[stream], NOW + timedelta(hours=hour))
        happened = draw(st.sampled_from(possible)) if possible else []
        past[stream] += happened
        log += [(stream, event) for event in happened]
    return log


def _possible(stream: UUID, past: list[Any], now: datetime) -> list[list[Any]]:
    if stream in ATTEMPTS:
        accepted = _accepted(PAYMENTS, past, TO_PAY if past else BEGINNINGS, now)
    elif stream in FOUND:
        accepted = _accepted(PAYMENTS, past, TO_FIND if past else TO_FIND[:1], now)
    elif stream in ACCOUNTS:
        accepted = _accepted(FIRST_USE, past, USES, now)
    elif stream in REFERRED:
        accepted = _accepted(REFERRAL, past, REFERRALS, now)
    elif stream in RECORDS:
        accepted = _accepted(FEE_RECORD, past, TO_KEEP if past else TO_KEEP[:1], now)
    elif stream in EMPLOYEES:
        accepted = _accepted(STAFF, past, ROLES, now)
    else:
        accepted = _accepted(APPLICATION, past, REQUESTS if past else SUBMISSIONS, now)
    return [new for new in accepted for _ in range(1 if type(new[0]) in RARE else 6)]


def _accepted(
    decider: Decider[Any, Any, Any], past: list[Any], commands: Iterable[Command], now: datetime
) -> Iterable[list[Any]]:
    state = decider.fold(past)
    for command in commands:
        with suppress(Refused):
            happened = decider.decide(state, replace(command, now=now))
            if happened:
                yield happened
