"""What each read model must show, folded in plain Python from the events themselves."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from domain.application import events as e
from domain.application.decisions import APPLICATION
from domain.application.state import ENDED, ENDS_AS
from domain.first_use.events import PortalFirstUsed
from domain.payment import events as p
from domain.referral.events import ApplicantReferred
from domain.working_days import legal_day
from projections.projection import Projection
from tests.projections.log import Happened, Log

Row = dict[str, Any]
UNSEEN_BY_CITIZENS = (
    e.ProofUploaded,
    e.ProofFoundClean,
    e.ProofRefused,
    e.ApplicationPaid,
    e.UnmatchedMoneyReceived,
    e.ApplicationClaimed,
    e.ApplicationReleased,
    e.ApplicationPassedToOffice,
    e.RefundDue,
    e.RefundCancelled,
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


def applications_per_day(log: Happened) -> list[Row]:
    columns = ("municipality", "service", "legal_day", "channel", "pilot")
    submitted = [event for _, event in log if isinstance(event, e.ApplicationSubmitted)]
    counts = Counter(tuple(getattr(event, name) for name in columns) for event in submitted)
    return [
        {**dict(zip(columns, day, strict=True)), "recorded_day": _today(), "applications": n}
        for day, n in counts.items()
    ]


def first_users_per_day(log: Happened) -> list[Row]:
    columns = ("municipality", "legal_day", "pilot")
    used = [event for _, event in log if isinstance(event, PortalFirstUsed)]
    counts = Counter(tuple(getattr(event, name) for name in columns) for event in used)
    return [
        {**dict(zip(columns, day, strict=True)), "recorded_day": _today(), "users": n}
        for day, n in counts.items()
    ]


def referrals_per_day(log: Happened) -> list[Row]:
    columns = ("municipality", "service", "legal_day", "pilot")
    referred = [event for _, event in log if isinstance(event, ApplicantReferred)]
    counts = Counter(tuple(getattr(event, name) for name in columns) for event in referred)
    return [
        {**dict(zip(columns, day, strict=True)), "recorded_day": _today(), "referrals": n}
        for day, n in counts.items()
    ]


def treasury(log: Happened) -> list[Row]:
    rows: dict[tuple[UUID, UUID, str], Row] = {}
    for stream, event in log:
        if isinstance(event, e.UnmatchedMoneyReceived):
            key = (stream, event.payment_id, "unmatched")
            rows[key] = _for_treasury(key, event, event.paid_at, event.reference)
        elif isinstance(event, e.RefundDue):
            key = (stream, event.payment_id, "refund")
            rows[key] = _for_treasury(key, event, event.due_since, "")
        elif isinstance(event, e.RefundCancelled):
            rows[stream, event.payment_id, "refund"]["open"] = False
    return list(rows.values())


def _for_treasury(key: tuple[UUID, UUID, str], event: Any, since: object, reference: str) -> Row:
    return {
        **dict(zip(("application_id", "payment_id", "kind"), key, strict=True)),
        "municipality": event.municipality,
        "cents": event.cents,
        "reason": event.reason,
        "reference": reference,
        "since": since,
        "open": True,
    }


def open_payments(log: Happened) -> list[Row]:
    rows: dict[UUID, Row] = {}
    for stream, event in log:
        if isinstance(event, p.PaymentOpened):
            columns = ("application_id", "municipality", "transaction_id", "opened_at")
            rows[stream] = {"payment_id": stream, **{c: getattr(event, c) for c in columns}}
        elif isinstance(event, p.PaymentSucceeded):
            rows.pop(stream, None)
    return list(rows.values())


FOLDS: Mapping[str, Callable[[Happened], list[Row]]] = {
    "worklist_v2": worklist,
    "my_applications_v1": my_applications,
    "applications_per_day_v2": applications_per_day,
    "first_users_per_day_v1": first_users_per_day,
    "referrals_per_day_v1": referrals_per_day,
    "treasury_v1": treasury,
    "open_payments_v1": open_payments,
}


async def assert_is_the_fold(log: Log, projection: Projection, happened: Happened) -> None:
    """The rows are right, every event was counted, none was set aside."""
    folded = FOLDS[projection.name](happened)
    assert comparable(await log.rows(projection)) == comparable(folded)
    assert await log.position(projection) == (len(happened), len(happened))
    assert await log.parked() == []


def comparable(rows: Iterable[Row]) -> list[list[tuple[str, str]]]:
    return sorted(sorted((name, str(value)) for name, value in row.items()) for row in rows)


def _today() -> date:
    return legal_day(datetime.now(UTC))


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
