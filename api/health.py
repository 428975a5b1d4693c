"""Is it alive, is it ready, how far has each runner read, which version is it?"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from adapters.bootstrap import Parts
from adapters.catalogue.catalogue import Catalogue
from adapters.personal_data.usable import why_unusable
from adapters.postgres.usable import NOT_PREPARED, USABLE, how_usable
from adapters.proofs.scanner import OFF
from adapters.runner_names import PROOF_INSPECTION
from adapters.runners_seen import RunnerSeen, runners_seen
from adapters.version import VERSION
from api.desk import PartsOf
from api.monitoring import bearer, is_monitoring
from api.refusals import DatabaseNotPrepared
from api.refusals_in_german import kebab

router = APIRouter(tags=["operations"])
NOTHING_SEEDED = (
    "empty: run `amtsweg seed`, or `amtsweg onboard`; it is followed, without a restart"
)
QUARANTINED = """SELECT count(*),
        coalesce(extract(epoch FROM clock_timestamp() - min(uploaded_at)), 0)::float8
    FROM proofs_v2 WHERE state = 'quarantined'"""
RUNNING = "running"
# Whoever asks every few seconds would see single applications come by them.
FIGURES = {"position", "lag", "lag_seconds", "parked", "proofs", "oldest_seconds"}


@dataclass(frozen=True, slots=True)
class QuarantineSeen:
    """Proofs wait until the scanner answers, and pass unscanned where none is used."""

    scanner: str
    scanning: bool
    proofs: int
    oldest_seconds: float


class QuarantineShown(BaseModel):
    """`scanner`: who scans proofs for viruses, or why nobody does just now.

    `scanning`: false where the scanner does not answer, or none is used. Proofs wait until it does,
    and pass unscanned where none is used. For the monitoring alone: how many `proofs` wait, the
    oldest for so many seconds.
    """

    scanner: str
    scanning: bool
    proofs: int | None = None
    oldest_seconds: float | None = None


class RunnerShown(BaseModel):
    """`state`: `waiting` where it is at work and waits for another service, which `detail` names.
    `last_error`: the kind of the last failure, at `failed_at`. Of several workers, one that is
    alive is shown.

    For the monitoring alone: its `position` in the log; `lag`: events not read yet, the first of
    them recorded `lag_seconds` ago; `parked`: events set aside for a person.
    """

    runner: str
    alive: bool
    state: str
    detail: str
    beat_at: datetime | None
    last_error: str
    failed_at: datetime | None
    position: int | None = None
    lag: int | None = None
    lag_seconds: float | None = None
    parked: int | None = None


class Readiness(BaseModel):
    """`database`: `usable`, or `read-only`, when nothing can be submitted.

    `catalogue`: what takes part, or what to do where nothing does yet.

    `key_file`: `usable`, or the problem that whoever submits an application is answered with.

    A scanner that is down makes nothing unready: applications are taken, and proofs wait.

    How much goes on is told the monitoring only, by the token of `/metrics`; else it is null.
    """

    ready: bool
    database: str
    catalogue: str
    key_file: str
    quarantine: QuarantineShown
    runners: list[RunnerShown]


@router.get("/healthz", response_class=PlainTextResponse)
async def healthz() -> str:
    """Answer while the process lives."""
    return "alive"


@router.get("/readyz")
async def readyz(parts: PartsOf, request: Request, response: Response) -> Readiness:
    """Ready when the database takes writes, the key file is usable, all runners beat; else 503."""
    async with parts.pool.connection() as connection:
        database = await how_usable(connection)
        if database == NOT_PREPARED:
            raise DatabaseNotPrepared
        runners = await runners_seen(connection)
    usable = await key_file(parts)
    fit = database == usable == USABLE
    ready = fit and all(runner.alive for runner in runners)
    response.status_code = 200 if ready else 503
    hidden = set() if is_monitoring(parts, await bearer(request)) else FIGURES
    return Readiness(
        ready=ready,
        database=database,
        catalogue=_offered(parts.catalogue),
        key_file=usable,
        quarantine=QuarantineShown(**_shown(await quarantine(parts, runners), hidden)),
        runners=[RunnerShown(**_shown(runner, hidden)) for runner in runners],
    )


def _shown(seen: RunnerSeen | QuarantineSeen, hidden: AbstractSet[str]) -> dict[str, Any]:
    return {name: told for name, told in asdict(seen).items() if name not in hidden}


def _offered(catalogue: Catalogue) -> str:
    if not catalogue.municipalities:
        return NOTHING_SEEDED
    towns, services = len(catalogue.municipalities), len(catalogue.definitions)
    return f"{towns} municipalities, {services} versions of services"


@router.get("/version")
async def product_version() -> dict[str, str]:
    """Say which version answers."""
    return {"product": "amtsweg", "version": VERSION}


async def quarantine(parts: Parts, runners: Sequence[RunnerSeen]) -> QuarantineSeen:
    inspection = next(runner for runner in runners if runner.runner == PROOF_INSPECTION)
    proofs, oldest = (await parts.log.rows(QUARANTINED))[0]
    scanning = inspection.alive and inspection.state == RUNNING and inspection.detail != OFF
    return QuarantineSeen(
        scanner=inspection.detail or inspection.state,
        scanning=scanning,
        proofs=proofs,
        oldest_seconds=oldest,
    )


async def key_file(parts: Parts) -> str:
    async with parts.pool.connection() as connection:
        refused = await why_unusable(parts.keys, connection)
    return kebab(type(refused).__name__) if refused else USABLE
