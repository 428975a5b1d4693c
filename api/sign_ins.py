"""For portals: somebody has signed in here, so that first-time users can be counted."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request, status

from adapters.personal_data.people import subject_digest
from api.desk import Citizen, PartsOf
from api.envelope import trace_id
from api.sign_in_strength import require_provider
from domain.first_use.events import Occasion
from domain.first_use.first_use import RecordFirstUse
from domain.processes.trial import on_trial
from domain.working_days import legal_day

router = APIRouter(prefix="/api/v1/municipalities", tags=["portal"])


@router.post("/{ags}/sign-ins", status_code=status.HTTP_204_NO_CONTENT)
async def sign_in(ags: str, citizen: Citizen, parts: PartsOf, request: Request) -> None:
    """Report that the person signed in to this municipality's portal; only the first time counts.

    What is kept is a day and a municipality, and nothing of the person. Send it as often as you
    like; where it is left out, the first application counts instead.
    """
    town = parts.catalogue.municipality(ags)
    now = datetime.now(UTC)
    parts.catalogue.require_not_ended(town, legal_day(now))
    require_provider(citizen, town, legal_day(now))
    use = RecordFirstUse(
        municipality=town.ags,
        occasion=Occasion.SIGN_IN,
        pilot=on_trial(town, now),
        now=now,
    )
    subject = subject_digest(parts.keys, citizen.subject)
    await parts.first_uses.record(subject, use, trace_id(request))
