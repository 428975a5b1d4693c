"""The HTTP API: parse, ask, answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import Depends, FastAPI

from adapters.bootstrap import Parts, open_parts
from adapters.catalogue.calendar import working_calendar
from adapters.collector import settle
from adapters.settings import Settings
from adapters.version import VERSION
from api import (
    accesses,
    acknowledged,
    adoption,
    applications,
    decisions,
    definitions,
    described_headers,
    digests,
    due_days,
    erasures,
    forwarding,
    found_money,
    hand_overs,
    health,
    histories,
    metrics,
    notices,
    offering,
    onboarding,
    payments,
    portal,
    problems,
    proofs,
    readings,
    reconciliations,
    referrals,
    responsibility,
    services,
    settlements,
    sign_ins,
    staff,
    statistics,
    submissions,
    treasury,
    worklist,
)
from api.body_limit import BodyLimit
from api.described import PROBLEMS
from api.known_query import known_only
from api.languages import LANGUAGES
from api.measured import Measured, Requests
from api.pages import portal as pages
from api.pages import reference
from api.rationing import Ration
from domain.working_days import legal_day

ROUTERS = (
    portal.router,
    pages.router,
    reference.router,
    services.router,
    responsibility.router,
    sign_ins.router,
    referrals.router,
    submissions.router,
    applications.router,
    proofs.router,
    payments.router,
    worklist.router,
    due_days.router,
    acknowledged.router,
    decisions.router,
    notices.router,
    notices.address,
    forwarding.router,
    treasury.router,
    settlements.router,
    found_money.router,
    reconciliations.router,
    histories.router,
    accesses.router,
    readings.router,
    statistics.router,
    adoption.router,
    erasures.router,
    staff.router,
    definitions.router,
    onboarding.router,
    offering.router,
    hand_overs.router,
    digests.router,
    health.router,
    metrics.router,
)


def create_app(settings: Settings, url: str) -> FastAPI:
    """`url`: the database, migrated. Nothing is opened before the server starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_parts(settings, url, towns_apart=True) as parts:
            app.state.parts = parts
            settle()
            warming = asyncio.create_task(asyncio.to_thread(_warm, parts))
            yield
            await warming

    app = FastAPI(
        title="Amtsweg",
        version=VERSION,
        lifespan=lifespan,
        responses=PROBLEMS,
        dependencies=[Depends(known_only)],
        docs_url=None,
        redoc_url=None,  # theirs load scripts from elsewhere; ours: api/pages/reference.py
    )
    app.add_middleware(BodyLimit, seconds=settings.upload_seconds)
    app.state.requests = Requests()
    app.state.referrals = Ration()
    app.add_middleware(Measured, requests=app.state.requests)
    for router in ROUTERS:
        app.include_router(router)
    problems.install(app)
    described_headers.install(app)
    return app


def _warm(parts: Parts) -> None:
    """So that neither the first applicant nor the first reader of the portal waits."""
    now, catalogue = datetime.now(UTC), parts.catalogue
    for town in catalogue.municipalities:
        working_calendar(town, now.date())
    for language in LANGUAGES:
        parts.portals.prepare(catalogue, legal_day(now), language)
