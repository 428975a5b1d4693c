"""Is it alive, is it ready, how far has each runner read, which version is it?"""

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from psycopg.rows import dict_row
from pydantic import BaseModel

from adapters.bootstrap import Parts
from adapters.catalogue.catalogue import Catalogue
from adapters.evidence.standing import standing
from adapters.personal_data.usable import why_unusable
from adapters.proofs.scanner import OFF
from adapters.runner_names import PROOF_INSPECTION, RUNNER_NAMES
from adapters.version import VERSION
from api.desk import PartsOf
from api.payment_gauges import add_payments
from api.problems import kebab

router = APIRouter(tags=["operations"])
HEARTBEAT_SECONDS = 30
NOTHING_SEEDED = (
    "empty: run `amtsweg seed`, or `amtsweg onboard`; it is followed, without a restart"
)
USABLE = "usable"
RUNNERS = """SELECT runner, coalesce(p.position, 0) AS position, b.beat_at,
        CASE WHEN p.runner IS NULL THEN 0 ELSE head.position - p.position END AS lag,
        coalesce(b.state, 'never seen') AS state, coalesce(b.detail, '') AS detail,
        coalesce(b.state IN ('running', 'waiting')
            AND b.beat_at > clock_timestamp() - make_interval(secs => %s), false) AS alive,
        (SELECT count(*) FROM parked WHERE parked.runner = p.runner) AS parked
    FROM unnest(%s::text[]) AS named (runner)
        LEFT JOIN positions p USING (runner) LEFT JOIN heartbeats b USING (runner),
        (SELECT coalesce(max(notification_id), 0) AS position FROM events) head
    ORDER BY runner"""


QUARANTINED = """SELECT count(*),
        coalesce(extract(epoch FROM clock_timestamp() - min(uploaded_at)), 0)::float8
    FROM proofs_v2 WHERE state = 'quarantined'"""
RUNNING = "running"


class RunnerView(BaseModel):
    """`lag`: events of the log not read yet; `parked`: events set aside for a person.

    `state`: `waiting` where it is at work and waits for another service, which `detail` names.
    """

    runner: str
    position: int
    lag: int
    beat_at: datetime | None
    state: str
    detail: str
    alive: bool
    parked: int


class QuarantineView(BaseModel):
    """`scanner`: who scans proofs for viruses, or why nobody does just now.

    `scanning`: false where the scanner does not answer, or none is used. Proofs wait until it does,
    and pass unscanned where none is used. `proofs`: how many wait, the oldest for so many seconds.
    """

    scanner: str
    scanning: bool
    proofs: int
    oldest_seconds: float


class Readiness(BaseModel):
    """`catalogue`: what takes part, or what to do where nothing does yet.

    `key_file`: `usable`, or the problem that whoever submits an application is answered with.

    A scanner that is down makes nothing unready: applications are taken, and proofs wait.
    """

    ready: bool
    catalogue: str
    key_file: str
    quarantine: QuarantineView
    runners: list[RunnerView]


@router.get("/healthz", response_class=PlainTextResponse)
async def healthz() -> str:
    """Answer while the process lives."""
    return "alive"


@router.get("/readyz")
async def readyz(parts: PartsOf, response: Response) -> Readiness:
    """Ready when the database answers, the key file is usable and every runner beats; else 503."""
    runners, key_file = await _runners(parts), await _key_file(parts)
    ready = key_file == USABLE and all(runner.alive for runner in runners)
    response.status_code = 200 if ready else 503
    return Readiness(
        ready=ready,
        catalogue=_offered(parts.catalogue),
        key_file=key_file,
        quarantine=await _quarantine(parts, runners),
        runners=runners,
    )


def _offered(catalogue: Catalogue) -> str:
    if not catalogue.municipalities:
        return NOTHING_SEEDED
    towns, services = len(catalogue.municipalities), len(catalogue.definitions)
    return f"{towns} municipalities, {services} versions of services"


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(parts: PartsOf) -> Response:
    """The same for Prometheus."""
    registry = CollectorRegistry()
    lag = Gauge("amtsweg_runner_lag_events", "Events not read yet", ["runner"], registry=registry)
    position = Gauge("amtsweg_runner_position", "Read up to", ["runner"], registry=registry)
    alive = Gauge("amtsweg_runner_alive", "1 while the runner beats", ["runner"], registry=registry)
    parked = Gauge("amtsweg_runner_parked_events", "Set aside", ["runner"], registry=registry)
    runners = await _runners(parts)
    for runner in runners:
        lag.labels(runner.runner).set(runner.lag)
        position.labels(runner.runner).set(runner.position)
        alive.labels(runner.runner).set(runner.alive)
        parked.labels(runner.runner).set(runner.parked)
    usable = Gauge("amtsweg_key_file_usable", "1 while new data can be sealed", registry=registry)
    usable.set(await _key_file(parts) == USABLE)
    _add_quarantine(await _quarantine(parts, runners), registry)
    await add_payments(parts, registry)
    await _add_checkpoints(parts, registry)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/version")
async def product_version() -> dict[str, str]:
    """Say which version answers."""
    return {"product": "amtsweg", "version": VERSION}


def _add_quarantine(now: QuarantineView, registry: CollectorRegistry) -> None:
    for name, what, value in (
        ("scanner_up", "1 while proofs are scanned for viruses", now.scanning),
        ("proofs_in_quarantine", "Waiting for their check", now.proofs),
        ("proofs_in_quarantine_oldest_seconds", "How long the oldest waits", now.oldest_seconds),
    ):
        Gauge(f"amtsweg_{name}", what, registry=registry).set(value)


async def _quarantine(parts: Parts, runners: Sequence[RunnerView]) -> QuarantineView:
    inspection = next(runner for runner in runners if runner.runner == PROOF_INSPECTION)
    proofs, oldest = (await parts.log.rows(QUARANTINED))[0]
    scanning = inspection.alive and inspection.state == RUNNING and inspection.detail != OFF
    return QuarantineView(
        scanner=inspection.detail or inspection.state,
        scanning=scanning,
        proofs=proofs,
        oldest_seconds=oldest,
    )


async def _add_checkpoints(parts: Parts, registry: CollectorRegistry) -> None:
    """Anchors by their place in the settings: an address may hold a secret."""
    async with parts.pool.connection() as connection:
        now = await standing(connection, parts.settings.anchor_places)
    for name, what, value in (
        ("size", "Events covered by the last checkpoint", now.size),
        ("age_seconds", "Since the last checkpoint was made", now.age_seconds),
        ("waiting_seconds", "Since the first event not covered yet", now.waiting_seconds),
    ):
        Gauge(f"amtsweg_checkpoint_{name}", what, registry=registry).set(value)
    labels = ["kind", "index"]
    lag = Gauge("amtsweg_anchor_lag_checkpoints", "Not handed over yet", labels, registry=registry)
    for anchor in now.anchors:
        lag.labels(anchor.kind, str(anchor.index)).set(anchor.checkpoints)


async def _key_file(parts: Parts) -> str:
    async with parts.pool.connection() as connection:
        refused = await why_unusable(parts.keys, connection)
    return kebab(type(refused).__name__) if refused else USABLE


async def _runners(parts: Parts) -> list[RunnerView]:
    async with parts.pool.connection() as connection:
        cursor = connection.cursor(row_factory=dict_row)
        rows = await (
            await cursor.execute(RUNNERS, (HEARTBEAT_SECONDS, list(RUNNER_NAMES)))
        ).fetchall()
    return [RunnerView(**row) for row in rows]
