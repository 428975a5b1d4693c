"""What each read model must show, folded in plain Python from the events themselves."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from domain.application import events as e
from domain.application.decisions import APPLICATION
from domain.application.retention import person_kept_until, proofs_kept_until
from domain.application.state import ENDED, ENDS_AS, UNSUCCESSFUL, ProofState, Status
from domain.fee_record.events import FeeRecordErased, FeeRecordKept
from domain.first_use.events import PortalFirstUsed
from domain.payment import events as p
from domain.payment.decisions import PAYMENT
from domain.referral.events import ApplicantReferred
from domain.rules import PaymentTiming
from domain.working_days import legal_day
from projections.projection import Projection
from tests.projections.log import Happened, Log
from tests.projections.staff_fold import staff

Row = dict[str, Any]
Fold = Callable[[Happened], list[Row]]
OF_A_MONTH = date(1, 1, 1)
UNSEEN_BY_CITIZENS = (
    e.ProofUploaded,
    e.ProofFoundClean,
    e.ProofRefused,
    e.ProofAcceptedByClerk,
    e.ProofRefusedByClerk,
    e.ProofsDestroyed,
    e.ApplicationPaid,
    e.UnmatchedMoneyReceived,
    e.ApplicationClaimed,
    e.ApplicationReleased,
    e.ApplicationPassedToOffice,
    e.RefundDue,
    e.RefundCancelled,
    e.RefundDone,
    e.MoneyChargedBack,
    e.MoneyAssigned,
    e.MoneyCorrected,
    e.MoneyGoneTwice,
    e.ClaimSettled,
    e.DeadlineExtended,
    e.DeadlineRecomputed,
    e.DecisionDueSoon,
    e.DecisionEscalated,
    e.ApplicantReminded,
    e.ApplicationHandedOver,
    e.NoticeNotDelivered,
    e.NoticeSentAgain,
    e.NoticeSettled,
    e.ApplicantEmailCorrected,
)
BADGES: Mapping[type, str] = {
    e.CorrectionRequested: "open",
    e.CorrectionAnswered: "answered",
    e.CorrectionCancelled: "none",
    **dict.fromkeys(ENDS_AS, "none"),
}


def worklist(log: Happened) -> list[Row]:
    return [_in_worklist(stream, events) for stream, events in _applications(log)]


def _in_worklist(stream: UUID, events: list[Any]) -> Row:
    state, submitted = APPLICATION.fold(events), events[0]
    return {
        "application_id": stream,
        "version": len(events),
        "municipality": state.municipality,
        "branch": state.branch,
        "office": state.office,
        "service": state.rules.service,
        "variant": submitted.variant,
        "channel": submitted.channel,
        "pilot": submitted.pilot,
        "fulfilment": state.fulfilment,
        "fee_cents": state.rules.fee.cents,
        "paid": state.paid is not None,
        "submitted_at": submitted.submitted_at,
        "status": state.status,
        "waiting": state.received and state.status not in ENDED,
        "received_at": _received_at(events),
        "due_on": state.due_on if state.clock_runs else None,
        "claimed_by": state.claimed_by,
        "correction": _last((BADGES.get(type(event)) for event in events), default="none"),
    }


def my_applications(log: Happened) -> list[Row]:
    return [_in_my_applications(stream, events) for stream, events in _applications(log)]


def _in_my_applications(stream: UUID, events: list[Any]) -> Row:
    state, submitted = APPLICATION.fold(events), events[0]
    seen = [event for event in events if not isinstance(event, UNSEEN_BY_CITIZENS)]
    return {
        "application_id": stream,
        "municipality": state.municipality,
        "service": state.rules.service,
        "variant": submitted.variant,
        "status": "correction-requested" if state.open_correction else state.status,
        "submitted_at": submitted.submitted_at,
        "received_at": _received_at(events),
        "changed_at": _moment(seen[-1]),
    }


def deadlines(log: Happened) -> list[Row]:
    return [_in_deadlines(stream, events) for stream, events in _applications(log)]


def _in_deadlines(stream: UUID, events: list[Any]) -> Row:
    state = APPLICATION.fold(events)
    rules, pays_last = state.rules, state.rules.payment_timing is PaymentTiming.AFTER_APPROVAL
    kinds = {
        Status.SUBMITTED: "completion",
        Status.RECEIVED: "decision" if state.open_correction is None else "answer",
        Status.APPROVED: "payment" if pays_last else "fulfilment",
        Status.READY_FOR_PICKUP: "pick-up",
    }
    days = ("unpaid_days", "unanswered_days", "pickup_days")
    notices = ("reminder_days", "pickup_reminder_days")
    return {
        "application_id": stream,
        "municipality": state.municipality,
        "office": state.office,
        "branch": state.branch,
        "service": rules.service,
        "pays_after_approval": pays_last,
        **{name: getattr(rules.expiry, name) for name in days},
        **{name: getattr(rules.notices, name) for name in notices},
        "kind": kinds.get(state.status),
        "since": state.turn_since,
        "due_on": state.due_on if state.clock_runs else None,
        "reminded": state.noticed,
        "escalated": state.escalated,
    }


def retention(log: Happened) -> list[Row]:
    return [_in_retention(stream, events) for stream, events in _applications(log)]


def _in_retention(stream: UUID, events: list[Any]) -> Row:
    state = APPLICATION.fold(events)
    days = ("proof_days", "unsuccessful_months", "successful_months")
    kept = [p for p in state.proofs.values() if p.state is not ProofState.DESTROYED]
    return {
        "application_id": stream,
        "municipality": state.municipality,
        "service": state.rules.service,
        **{name: getattr(state.rules.retention, name) for name in days},
        "proofs": 0 if state.erased else len(kept),
        "ended_on": legal_day(state.ended_at) if state.ended_at else None,
        "proofs_until": proofs_kept_until(state),
        "person_until": person_kept_until(state),
        "erased": state.erased,
    }


def fee_records(log: Happened) -> list[Row]:
    """Those that are kept and not erased."""
    gone = {stream for stream, event in log if isinstance(event, FeeRecordErased)}
    columns = ("municipality", "keep_until", "paid_in", "years_after_accounts")
    return [
        {"record_id": stream, **{name: getattr(event, name) for name in columns}}
        for stream, event in log
        if isinstance(event, FeeRecordKept) and stream not in gone
    ]


# Of each event of the log, as the database says: while a test runs, a day may end.
RECORDED_ON: ContextVar[Sequence[date]] = ContextVar("the days on which events were recorded")


def _counted(event_type: type, *alike: str) -> Fold:
    """Each event in a row of its day, and in one of its month."""

    def fold(log: Happened) -> list[Row]:
        counts: Counter[tuple[Any, ...]] = Counter()
        for (_, event), recorded_day in zip(log, RECORDED_ON.get(), strict=False):
            if isinstance(event, event_type):
                day, key = event.legal_day, tuple(getattr(event, name) for name in alike)
                counts["day", day, recorded_day, *key] += 1
                counts["month", day.replace(day=1), OF_A_MONTH, *key] += 1
        columns = ("span", "legal_day", "recorded_day", *alike)
        return [{**dict(zip(columns, row, strict=True)), "counted": n} for row, n in counts.items()]

    return fold


CLEAR = (p.PaymentSucceeded, p.PaymentCancelled, p.PaymentFailed)
GONE = {e.RefundDone: "refunded", e.MoneyChargedBack: "charged-back"}
Key = tuple[UUID, UUID, str]


def treasury(log: Happened) -> list[Row]:  # noqa: C901, PLR0912, PLR0915 -- one flat table of events
    rows: dict[Key, Row] = {}
    lives: dict[UUID, list[Any]] = {}

    def close(stream: UUID, payment: UUID, *kinds: str) -> None:
        for kind in kinds:
            if (stream, payment, kind) in rows:
                rows[stream, payment, kind]["open"] = False

    for stream, event in log:
        if isinstance(event, e.ApplicationEvent):
            lives.setdefault(stream, []).append(event)
            _follow_fee(rows, stream, lives[stream])
        if isinstance(event, p.PaymentUnclear):
            key = (event.application_id, stream, "unclear")
            rows[key] = _for_treasury(key, event, "amount-unreadable", event.noticed_at)
        elif isinstance(event, p.PaymentGivenUp):
            key = (event.application_id, stream, "given-up")
            if event.unanswered:
                rows[key] = _for_treasury(key, event, "platform-silent", event.given_up_at)
        elif isinstance(event, CLEAR):
            close(event.application_id, stream, "unclear", "given-up")
        elif isinstance(event, p.MoneyFound):
            key = (stream, stream, "found")
            rows[key] = _for_treasury(key, event, event.why, event.found_at)
            rows[key] |= {"application_id": None, "beside": event.beside}
        elif isinstance(event, p.FoundMoneyBack):
            rows[stream, stream, "found"] |= {"open": True, "since": event.corrected_at}
        elif isinstance(event, p.FoundMoneyAssigned | p.FoundMoneyGone | p.FoundMoneyDismissed):
            close(stream, stream, "found")
        elif isinstance(event, e.UnmatchedMoneyReceived):
            key = (stream, event.payment_id, "unmatched")
            rows[key] = _for_treasury(key, event, event.reason, event.paid_at)
        elif isinstance(event, e.RefundDue):
            key = (stream, event.payment_id, "refund")
            rows[key] = _for_treasury(key, event, event.reason, event.due_since)
        elif isinstance(event, e.MoneyGoneTwice):
            key = (stream, event.payment_id, "claim")
            rows[key] = _for_treasury(key, event, event.how, event.recorded_at)
        elif isinstance(event, e.ClaimSettled):
            close(stream, event.payment_id, "claim")
        elif isinstance(event, e.RefundCancelled):
            close(stream, event.payment_id, "refund")
        elif isinstance(event, e.ApplicationPaid | e.MoneyAssigned | e.RefundDone
                        | e.MoneyChargedBack):  # fmt: skip
            close(stream, event.payment_id, "refund", "unmatched")
    return list(rows.values())


def _follow_fee(rows: dict[Key, Row], stream: UUID, life: list[Any]) -> None:
    """A fee whose money has gone is owed while the application may succeed, also once reopened."""
    event, state = life[-1], APPLICATION.fold(life)
    if isinstance(event, e.ApplicationPaid | e.RefundDue):
        for key in [key for key in rows if key[0] == stream and key[2] == "fee-owed"]:
            del rows[key]
    elif type(event) in GONE and event.was_fee:
        key = (stream, event.payment_id, "fee-owed")
        rows[key] = _for_treasury(key, event, GONE[type(event)], _moment(event))
    for (at, _, kind), row in rows.items():
        if at == stream and kind == "fee-owed":
            owed = state.status not in UNSUCCESSFUL
            since = event.reopened_at if owed and not row["open"] else row["since"]
            row.update(since=since, open=owed)


def _for_treasury(key: Key, event: Any, reason: str, since: object) -> Row:
    return {
        **dict(zip(("held_for", "payment_id", "kind"), key, strict=True)),
        "application_id": key[0],
        "beside": None,
        "municipality": event.municipality,
        "cents": event.cents,
        "currency": getattr(event, "currency", "EUR"),
        "reason": reason,
        "reference": getattr(event, "reference", ""),
        "since": since,
        "open": True,
    }


def open_payments(log: Happened) -> list[Row]:
    rows: dict[UUID, Row] = {}
    for stream, event in log:
        if isinstance(event, p.PaymentOpened):
            columns = ("application_id", "municipality", "transaction_id", "opened_at")
            rows[stream] = {"payment_id": stream, **{c: getattr(event, c) for c in columns}}
        elif isinstance(event, p.PaymentSucceeded | p.PaymentGivenUp):
            rows.pop(stream, None)
    return list(rows.values())


BOOKED: Mapping[type, str] = {
    p.PaymentSucceeded: "held",
    p.PaymentTakenAtCounter: "held",
    p.PaymentRefundDue: "refund-due",
    p.PaymentRefundCancelled: "held",
    p.PaymentRefunded: "refunded",
    p.PaymentChargedBack: "charged-back",
    p.PaymentCorrected: "held",
    p.MoneyFound: "held",
    p.FoundMoneyBack: "held",
    p.FoundMoneyDismissed: "empty",
}


def payment_ledger(log: Happened) -> list[Row]:
    streams: dict[UUID, list[Any]] = {}
    for stream, event in log:
        if isinstance(event, p.PaymentEvent):
            streams.setdefault(stream, []).append(event)
    return [_in_ledger(stream, events) for stream, events in streams.items()]


def _in_ledger(  # noqa: C901 -- one flat table of events
    stream: UUID, events: list[Any]
) -> Row:
    """A stream of a payment begins with what was asked for, or with what was taken."""
    payment = PAYMENT.fold(events)
    first, row = events[0], dict[str, Any](paid_at=None, reference="", method="")
    for event in events:
        if isinstance(event, p.PaymentOpened):
            row["reference"] = event.reference
        elif isinstance(event, p.PaymentSucceeded | p.PaymentTakenAtCounter):
            names = ("paid_at", "reference", "method", "currency")
            row |= {name: getattr(event, name) for name in names}
        elif isinstance(event, p.MoneyFound):
            row |= {"reference": event.reference, "method": "TREASURY", "paid_at": event.paid_at}
        elif isinstance(event, p.PaymentRefunded | p.PaymentChargedBack | p.FoundMoneyGone):
            row |= {"gone_by": event.reference, "gone_at": _moment(event)}
        elif isinstance(event, p.PaymentCorrected | p.FoundMoneyBack):
            row |= {"gone_by": "", "gone_at": None}
        elif isinstance(event, p.PaymentGoneTwice):
            row |= _gone_again(event.how, event.reference, event.gone_at)
        elif isinstance(event, p.PaymentClaimSettled):
            row |= _gone_again("", "", None)
    return {
        "payment_id": stream,
        "application_id": payment.application_id,
        "municipality": first.municipality,
        "status": payment.status,
        "asked": 0 if payment.found else first.cents,
        "received": payment.received,
        "currency": first.currency,
        "account": _last((_booked(event) for event in events), default="empty"),
        "transaction_id": payment.transaction_id,
        "began_at": _began_at(first),
        "gone_by": "",
        "gone_at": None,
        **_gone_again("", "", None),
        **row,
    }


def _booked(event: Any) -> str | None:
    return event.how if isinstance(event, p.FoundMoneyGone) else BOOKED.get(type(event))


def _began_at(first: Any) -> object:
    names = ("requested_at", "found_at", "paid_at")
    return next(moment for name in names if (moment := getattr(first, name, None)))


def _gone_again(how: str, by: str, at: object) -> Row:
    return {"gone_again_how": how, "gone_again_by": by, "gone_again_at": at}


def proofs(log: Happened) -> list[Row]:
    rows: dict[tuple[UUID, UUID], Row] = {}
    for stream, events in _applications(log):
        state = APPLICATION.fold(events)
        for event in events if not state.erased else ():
            if isinstance(event, e.ProofsDestroyed):
                for proof_id in event.proof_ids:
                    rows.pop((stream, proof_id), None)
            if isinstance(event, e.ProofUploaded):
                columns = (
                    "proof_id",
                    "municipality",
                    "kind",
                    "digest",
                    "clean_digest",
                    "uploaded_at",
                )
                own = {column: getattr(event, column) for column in columns}
                now = state.proofs[event.proof_id].state
                rows[stream, event.proof_id] = {"application_id": stream, **own, "state": now}
    return list(rows.values())


def sources(log: Happened) -> list[Row]:
    columns = ("municipality", "submitted_at")
    return [
        {
            "application_id": stream,
            "digest": events[0].source_digest,
            **{column: getattr(events[0], column) for column in columns},
        }
        for stream, events in _applications(log)
        if events[0].source_digest and not APPLICATION.fold(events).erased
    ]


def undelivered(log: Happened) -> list[Row]:
    columns = ("notification_id", "municipality", "template", "channel", "cause", "detail")
    rows: dict[tuple[UUID, UUID], Row] = {}
    for stream, events in _applications(log):
        open_ones = APPLICATION.fold(events).undelivered
        for event in events:
            if isinstance(event, e.NoticeNotDelivered) and event.notification_id in open_ones:
                own = {column: getattr(event, column) for column in columns}
                own |= {"application_id": stream, "noted_at": event.noted_at}
                rows[stream, event.notification_id] = own
    return list(rows.values())


FOLDS: Mapping[str, Fold] = {
    "worklist_v2": worklist,
    "my_applications_v1": my_applications,
    "applications_counted_v1": _counted(
        e.ApplicationSubmitted, "municipality", "service", "channel", "pilot"
    ),
    "first_users_counted_v1": _counted(PortalFirstUsed, "municipality", "pilot"),
    "referrals_counted_v1": _counted(ApplicantReferred, "municipality", "service", "pilot"),
    "treasury_v3": treasury,
    "payment_ledger_v2": payment_ledger,
    "open_payments_v1": open_payments,
    "staff_v1": staff,
    "proofs_v2": proofs,
    "deadlines_v1": deadlines,
    "sources_v1": sources,
    "retention_v1": retention,
    "undelivered_v1": undelivered,
    "fee_records_v1": fee_records,
}


async def assert_is_the_fold(log: Log, projection: Projection, happened: Happened) -> None:
    """The rows are right, every event was counted, none was set aside."""
    recorded = await log.ask("SELECT recorded_at FROM events ORDER BY notification_id")
    RECORDED_ON.set([legal_day(row["recorded_at"]) for row in recorded])
    folded = FOLDS[projection.name](happened)
    assert comparable(await log.rows(projection)) == comparable(folded)
    assert await log.position(projection) == (len(happened), len(happened))
    assert await log.parked() == []


def comparable(rows: Iterable[Row]) -> list[list[tuple[str, str]]]:
    return sorted(sorted((name, str(value)) for name, value in row.items()) for row in rows)


def _applications(log: Happened) -> Iterable[tuple[UUID, list[Any]]]:
    streams: dict[UUID, list[Any]] = {}
    for stream, event in log:
        if isinstance(event, e.ApplicationEvent):
            streams.setdefault(stream, []).append(event)
    return streams.items()


def _received_at(events: list[Any]) -> object:
    return _last(getattr(event, "received_at", None) for event in events)


def _moment(event: Any) -> object:
    (moment,) = (getattr(event, f.name) for f in fields(event) if f.name.endswith("_at"))
    return moment


def _last(values: Iterable[Any], default: object = None) -> object:
    return ([default] + [value for value in values if value is not None])[-1]
