"""For portals: somebody follows the link to a service of another body, of Land or Bund."""

from uuid import UUID

from fastapi import APIRouter, Request, status
from pydantic import BaseModel

from adapters.event_store.office import Order
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import new_id
from api.bodies import Body, PortalKey
from api.desk import Desk, DeskOf
from api.envelope import command_id, idempotency_key, trace_id
from api.rationing import Ration
from domain.referral.referral import REFERRAL, CountReferral
from domain.working_days import legal_day

router = APIRouter(prefix="/api/v1/municipalities", tags=["portal"])
# Nobody has signed in, and whoever it was is not to be told from the log.
ANYBODY = ActorStamp("portal", "system")


class ReferralBody(Body):
    """The portal on which somebody followed the link, if it is not the town's own."""

    source_portal: PortalKey | None = None


class ReferralView(BaseModel):
    """Where to send the person, and whose service it is. `position`: of the log, for `after`."""

    link: str
    body: dict[str, str]
    position: int


@router.post("/{ags}/services/{service}/referrals", status_code=status.HTTP_201_CREATED)
async def refer(ags: str, service: str, body: ReferralBody, desk: DeskOf) -> ReferralView:
    """Count that somebody is sent to another body's service; it is never an application here.

    Nothing of the person is kept. An `Idempotency-Key` lets a retry count once.
    """
    offer = desk.parts.catalogue.offer(ags, service, legal_day(desk.now))
    external = offer.definition.require_external()
    _take_place(desk.request)
    command = CountReferral(
        municipality=offer.town.ags,
        service=offer.definition.key,
        service_version=offer.definition.version,
        link=external.link,
        pilot=offer.pilot,
        source_portal=body.source_portal or f"portal-{offer.town.ags}",
        now=desk.now,
    )
    order = Order(
        stream_id=new_id(),
        begins=True,
        command=command,
        metadata=Metadata(_command_id(desk, command), ANYBODY, trace_id(desk.request)),
        fingerprint=desk.fingerprint(await desk.request.body()),
    )
    done = await desk.parts.office.carry_out(REFERRAL, order)
    if done.appended.replayed:
        desk.response.headers["Idempotent-Replayed"] = "true"
    position = done.appended.position
    return ReferralView(link=external.link, body=dict(external.body), position=position)


def _take_place(request: Request) -> None:
    """Raise TooManyReferrals. The address is forgotten within a minute, and stored nowhere."""
    ration: Ration = request.app.state.referrals
    ration.take(request.client.host if request.client else "")


def _command_id(desk: Desk, command: CountReferral) -> UUID:
    """Keys of different portals, towns and services do not meet."""
    key = idempotency_key(desk.request, needed=False)
    if key is None:
        return new_id()
    whose = f"{command.source_portal}\x1f{command.municipality}\x1f{command.service}"
    return command_id(desk.parts.keys, f"referral\x1f{whose}", key)
