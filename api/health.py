"""Is it alive, is it ready, how far has each runner read, which version is it?"""

from collections.abc import Sequence

from fastapi import APIRouter, Response
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
    """`database`: `usable`, or `read-only`, when nothing can be submitted.

    `catalogue`: what takes part, or what to do where nothing does yet.

    `key_file`: `usable`, or the problem that whoever submits an application is answered with.

    A scanner that is down makes nothing unready: applications are taken, and proofs wait.
    """

    ready: bool
    database: str
    catalogue: str
    key_file: str
    quarantine: QuarantineView
    runners: list[RunnerSeen]


@router.get("/healthz", response_class=PlainTextResponse)
async def healthz() -> str:
    """Answer while the process lives."""
    return "alive"


@router.get("/readyz")
async def readyz(parts: PartsOf, response: Response) -> Readiness:
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
    return Readiness(
        ready=ready,
        database=database,
        catalogue=_offered(parts.catalogue),
        key_file=usable,
        quarantine=await quarantine(parts, runners),
        runners=list(runners),
    )


def _offered(catalogue: Catalogue) -> str:
    if not catalogue.municipalities:
        return NOTHING_SEEDED
    towns, services = len(catalogue.municipalities), len(catalogue.definitions)
    return f"{towns} municipalities, {services} versions of services"


@router.get("/version")
async def product_version() -> dict[str, str]:
    """Say which version answers."""
    return {"product": "amtsweg", "version": VERSION}


async def quarantine(parts: Parts, runners: Sequence[RunnerSeen]) -> QuarantineView:
    inspection = next(runner for runner in runners if runner.runner == PROOF_INSPECTION)
    proofs, oldest = (await parts.log.rows(QUARANTINED))[0]
    scanning = inspection.alive and inspection.state == RUNNING and inspection.detail != OFF
    return QuarantineView(
        scanner=inspection.detail or inspection.state,
        scanning=scanning,
        proofs=proofs,
        oldest_seconds=oldest,
    )


async def key_file(parts: Parts) -> str:
    async with parts.pool.connection() as connection:
        refused = await why_unusable(parts.keys, connection)
    return kebab(type(refused).__name__) if refused else USABLE
