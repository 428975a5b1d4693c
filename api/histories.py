"""For auditors: what happened to an application, who did it, and how it stood at any moment."""

from typing import Any
from uuid import UUID

import msgspec
from fastapi import APIRouter
from pydantic import BaseModel

from adapters.event_store.log import END
from adapters.identity.actor import Actor
from api.access import require_access
from api.desk import Auditor, Desk, DeskOf
from api.operating import AsRecordedAt, UpToVersion, require_one_point, require_reached
from api.readings import note_reading
from api.refusals import NotFound, NotThereYet
from api.views import ApplicationView, EventView, application_view, event_view
from domain.application.decisions import APPLICATION

router = APIRouter(prefix="/api/v1/applications/{application_id}/history", tags=["auditors"])


class History(BaseModel):
    """Consistency: strong. `state` is the application as these events, and no later ones, tell.

    `rules` were in force at submission: they are what it is judged by, whatever came later.
    """

    state: ApplicationView
    rules: dict[str, Any]
    events: list[EventView]


@router.get("")
async def history(
    application_id: UUID,
    auditor: Auditor,
    desk: DeskOf,
    version: UpToVersion = None,
    at: AsRecordedAt = None,
) -> History:
    """Read a history, whole or as it was at a version or at a moment; each reading is noted."""
    require_one_point(version, at)
    events = await desk.parts.log.history(application_id, version=version or END, at=at)
    if not events:
        await _require_visible(desk, auditor, application_id)
        raise NotThereYet
    state = APPLICATION.fold(recorded.event for recorded in events)
    require_access(auditor, state)
    require_reached(version, events[-1].version)
    seen = events[-1].version
    note_reading(desk, auditor, application_id, state.municipality, "history", seen)
    desk.response.headers["Cache-Control"] = "no-store"
    return History(
        state=application_view(events),
        rules=msgspec.to_builtins(state.rules),
        events=[event_view(e) for e in events],
    )


async def _require_visible(desk: Desk, auditor: Actor, application_id: UUID) -> None:
    """Raise NotFound for what is not there today either, or is not theirs to see."""
    so_far = await desk.parts.log.events(application_id)
    if not so_far:
        raise NotFound
    require_access(auditor, APPLICATION.fold(so_far))
