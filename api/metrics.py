"""How the system stands, for Prometheus: runners, log, queues, requests; no person."""

from collections.abc import Mapping, Sequence
from operator import attrgetter

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from adapters.bootstrap import Parts
from adapters.evidence.standing import standing
from adapters.postgres.tenants import EVERY_TOWN, seen_by
from adapters.postgres.usable import USABLE
from adapters.runners_seen import (
    RunnerSeen,
    log_head,
    mails_seen,
    notices_seen,
    runners_seen,
    silent_workers,
)
from api.account_gauges import add_states_refused
from api.desk import PartsOf
from api.digest_gauges import add_digests
from api.hand_over_gauges import add_hand_overs
from api.health import QuarantineSeen, key_file, quarantine
from api.mail_gauges import add_mail_reports
from api.measured import Requests
from api.monitoring import monitoring
from api.payment_gauges import add_payments

router = APIRouter(tags=["operations"])
WAYS = ("email", "office", "account", "account-state")
OTHERS = (add_payments, add_hand_overs, add_digests, add_mail_reports, add_states_refused)
OPEN_STATES = ("queued", "sending", "bounced", "failed")
# Counts of a town, without a person; the workers' view, for a town's own would be empty here.
WAITING = """SELECT municipality, status, count(*),
        count(*) FILTER (WHERE due_on < (now() AT TIME ZONE 'Europe/Berlin')::date)
    FROM worklist_v2 WHERE waiting GROUP BY 1, 2"""


@router.get("/metrics", response_class=PlainTextResponse, dependencies=[Depends(monitoring)])
async def metrics(parts: PartsOf, request: Request) -> Response:
    """How the system stands in numbers, for Prometheus, and how long requests took this process."""
    registry = CollectorRegistry()
    async with seen_by(parts.pool, EVERY_TOWN) as cursor:
        runners = await runners_seen(cursor.connection)
        mails = await mails_seen(cursor.connection)
        notices = await notices_seen(cursor.connection)
        head = await log_head(cursor.connection)
        silent = await silent_workers(cursor.connection)
    _add_runners(runners, registry)
    _add(registry, {
        "log_events": ("Events in the log; its rate is what is appended", head),
        "workers_silent": ("Workers that hang or were killed within the hour", len(silent)),
        "mails_queued": ("Waiting to be sent", mails.queued),
        "mails_failed": ("Not delivered, and nobody has seen to it", mails.failed),
        "mails_oldest_seconds": ("How long the oldest that could go waits", mails.oldest_seconds),
        "mails_longest_seconds": ("Since the longest waiting was queued", mails.longest_seconds),
        "key_file_usable": ("1 while new data can be sealed", await key_file(parts) == USABLE),
    })  # fmt: skip
    _add_notices(notices, registry)
    _add_quarantine(await quarantine(parts, runners), registry)
    for add in (_add_waiting, *OTHERS, _add_checkpoints):
        await add(parts, registry)
    requests: Requests = request.app.state.requests
    told = generate_latest(registry) + generate_latest(requests.registry)
    return Response(told, media_type=CONTENT_TYPE_LATEST)


def _add(registry: CollectorRegistry, gauges: Mapping[str, tuple[str, float]]) -> None:
    for name, (what, value) in gauges.items():
        Gauge(f"amtsweg_{name}", what, registry=registry).set(value)


def _add_runners(runners: Sequence[RunnerSeen], registry: CollectorRegistry) -> None:
    for name, what, of in (
        ("lag_events", "Events not read yet", attrgetter("lag")),
        ("lag_seconds", "Since the first of them was recorded", attrgetter("lag_seconds")),
        ("position", "Read up to", attrgetter("position")),
        ("alive", "1 while the runner beats", attrgetter("alive")),
        ("parked_events", "Set aside", attrgetter("parked")),
    ):
        gauge = Gauge(f"amtsweg_runner_{name}", what, ["runner"], registry=registry)
        for runner in runners:
            gauge.labels(runner.runner).set(of(runner))


def _add_notices(seen: Sequence[tuple[str, str, int]], registry: CollectorRegistry) -> None:
    """Every state of every way that there is, so that an alarm never lacks its number."""
    labels, what = ["channel", "state"], "That wait, or that nobody has seen to"
    gauge = Gauge("amtsweg_notifications", what, labels, registry=registry)
    for channel in {*WAYS, *(channel for channel, _, _ in seen)}:
        for state in OPEN_STATES:
            gauge.labels(channel, state).set(0)
    for channel, state, number in seen:
        gauge.labels(channel, state).set(number)


def _add_quarantine(now: QuarantineSeen, registry: CollectorRegistry) -> None:
    _add(registry, {
        "scanner_up": ("1 while proofs are scanned for viruses", now.scanning),
        "proofs_in_quarantine": ("Waiting for their check", now.proofs),
        "proofs_in_quarantine_oldest_seconds": ("How long the oldest waits", now.oldest_seconds),
    })  # fmt: skip


async def _add_waiting(parts: Parts, registry: CollectorRegistry) -> None:
    labels = ["municipality", "status"]
    waiting = Gauge("amtsweg_applications_waiting", "For a clerk", labels, registry=registry)
    overdue = Gauge("amtsweg_applications_overdue", "Of them", labels, registry=registry)
    for town, status, number, late in await parts.log.rows(WAITING):
        waiting.labels(town, status).set(number)
        overdue.labels(town, status).set(late)


async def _add_checkpoints(parts: Parts, registry: CollectorRegistry) -> None:
    """Anchors by their place in the settings: an address may hold a secret."""
    async with parts.pool.connection() as connection:
        now = await standing(connection, parts.settings.anchor_places)
    _add(registry, {
        "checkpoint_size": ("Events covered by the last checkpoint", now.size),
        "checkpoint_age_seconds": ("Since the last checkpoint was made", now.age_seconds),
        "checkpoint_waiting_seconds": ("Since the first event not covered", now.waiting_seconds),
    })  # fmt: skip
    labels = ["kind", "index"]
    lag = Gauge("amtsweg_anchor_lag_checkpoints", "Not handed over yet", labels, registry=registry)
    for anchor in now.anchors:
        lag.labels(anchor.kind, str(anchor.index)).set(anchor.checkpoints)
